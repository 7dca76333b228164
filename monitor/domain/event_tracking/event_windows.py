"""Every window that events are placed in: of terminals, cards and sources, and of the network."""

from monitor.domain.calendars.trading_hours import MARGIN_S
from monitor.domain.events.activity_summary import DAY_S, RECENT_S
from monitor.domain.events.card_windows import CardWindow, CardWindows
from monitor.domain.events.code_numbers import CodeNumbers
from monitor.domain.events.event import Event, Transaction
from monitor.domain.events.network_incident import NetworkIncident
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import Kind, TerminalHistory
from monitor.domain.events.unknown_ids import UnknownIds
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.inventory.spelling import is_another
from monitor.domain.inventory.terminal import Terminal

CARD_DIGITS = 15
"""Of a card's hash: as many as fit into 64 bits with their sign."""

SWEPT_AT_ONCE = 200
_NETWORK = frozenset({CodeCategory.NETWORK, CodeCategory.ISSUER_TIMEOUT})


class EventWindows:
    """Keeps the windows that the event detectors judge, within bounds.

    An event is placed by its own time, also when it comes late or out of order. `codes` are the numbers of
    response codes in the histories, `max_age_s` is how old an event may be. `unknown_ids` are those that the
    inventory does not know, by source.
    """

    def __init__(self, *, fleet: Fleet, codes: CodeNumbers, max_age_s: float) -> None:
        self.cards = CardWindows()
        self.unknown_ids = UnknownIds()
        self.incident = NetworkIncident()
        self.codes = codes
        self._fleet = fleet
        self._max_age_s = max_age_s
        self._unswept: list[WatchedTerminal] = []

    @property
    def evicted(self) -> int:
        """How many cards and sources had to make room before their time."""
        return self.cards.evicted + self.unknown_ids.evicted

    def history_of(self, watched: WatchedTerminal, now: Instant) -> TerminalHistory:
        """Return a terminal's history as seen `now`; a new one goes by posmon's clock."""
        history = watched.events
        if history is None:
            history = TerminalHistory(clock_offset=now.wall - now.monotonic, now=now)
            watched.keep_events(history)
        history.now = now
        return history

    def place(
        self, watched: WatchedTerminal, history: TerminalHistory, event: Event, at: float, now: Instant
    ) -> CardWindow | None:
        """Put an event of moment `at` (monotonic) into its windows; return the card's after a wrong PIN."""
        if not isinstance(event, Transaction):
            history.add_log_in(at, event.operator_id, success=event.success)
            return None
        terminal = watched.terminal
        number = self.codes.number(terminal.dialect, event.response_code)
        category = self.codes.table[number][0]
        is_paid = category is CodeCategory.APPROVED and event.amount_minor is not None
        history.forget_some(now.monotonic - self._max_age_s - RECENT_S)
        history.add_transaction(
            at,
            category,
            number,
            int(event.card[:CARD_DIGITS], 16) if event.card else 0,
            hash((event.amount_minor, event.currency)) if is_paid else 0,
        )
        if terminal.opening_hours:
            self._mark_off_hours(terminal, history, event.at, at)
        if category in _NETWORK:
            self.incident.add(terminal.terminal_id, event.response_code, now)
        elif category is CodeCategory.WRONG_PIN and event.card and terminal.is_paged:
            return self.cards.add(event.card, at, terminal.terminal_id, now, site=terminal.site)
        return None

    def record_serial(self, watched: WatchedTerminal, before: str, after: str, now: Instant) -> bool:
        """Record that a terminal's serial number changed; return whether it alternates between devices."""
        history = self.history_of(watched, now)
        history.begin_evaluation(now)
        if not history.marks(Kind.SIGHTING):
            _mark_earlier_serials(watched, history, now)
            history.mark(Kind.SIGHTING, now.monotonic, before)
        earlier = [serial for _, serial in history.marks(Kind.SIGHTING).since(now.monotonic - DAY_S)]
        history.mark(Kind.SIGHTING, now.monotonic, after)
        if after in earlier[:-1]:
            history.mark(Kind.CONFLICT, now.monotonic, f"{before} / {after}")
            return True
        return False

    def record_elsewhere(self, watched: WatchedTerminal, elsewhere: str, now: Instant) -> None:
        """Record that another endpoint, `elsewhere`, answers with the terminal's id as well."""
        history = self.history_of(watched, now)
        history.begin_evaluation(now)
        history.mark_again(Kind.CONFLICT, now.monotonic, elsewhere)

    def sweep(self, now: Instant) -> None:
        """Forget old events, and decide whether a network incident is on."""
        self.incident.update((watched.events.last_received for watched in self._fleet if watched.events), now)
        old = now.monotonic - 2 * self._max_age_s
        self._sweep_histories(transactions=now.monotonic - self._max_age_s - RECENT_S, marks=old)
        self.cards.forget_before(old)
        self.unknown_ids.forget_before(now.monotonic - DAY_S)

    def _sweep_histories(self, *, transactions: float, marks: float) -> None:
        """Forget old events of the next few terminals: a silent terminal triggers this in no other way."""
        if not self._unswept:
            self._unswept = [watched for watched in self._fleet if watched.events is not None]
        for watched in self._unswept[-SWEPT_AT_ONCE:]:
            if watched.events is not None:
                watched.events.forget_before(transactions=transactions, marks=marks)
                if watched.events.is_empty:
                    watched.keep_events(None)
        del self._unswept[-SWEPT_AT_ONCE:]

    def _mark_off_hours(self, terminal: Terminal, history: TerminalHistory, wall: float, at: float) -> None:
        hours = self._fleet.trading_hours.of(terminal)
        if hours is not None and not hours.is_open(wall, grace_s=MARGIN_S):
            history.mark(Kind.OFF_HOURS, at, rfc3339(wall))


def _mark_earlier_serials(watched: WatchedTerminal, history: TerminalHistory, now: Instant) -> None:
    """Mark the serial numbers of the device record: an earlier run may have seen the same change back."""
    for change in watched.changes:
        is_earlier = now.monotonic - DAY_S < change.at.monotonic < now.monotonic
        if change.what == "serial_number" and is_earlier and is_another(change.before, change.after):
            history.mark(Kind.SIGHTING, change.at.monotonic, change.before)
            history.mark(Kind.SIGHTING, change.at.monotonic, change.after)
