"""The patterns in what terminals tell of transactions and log-ins: every window of every subject."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from monitor.domain.event_tracking.ingest_result import (
    NOTHING_HEARD,
    IngestResult,
    Rejection,
    Unplaced,
    list_key,
    refuse_crowd,
)
from monitor.domain.events.activity import CardActivity, EventActivity
from monitor.domain.events.activity_summary import DAY_S, RECENT_S, activity_of
from monitor.domain.events.card_hash import LABEL_DIGITS, CardHasher
from monitor.domain.events.card_windows import CardWindow, CardWindows
from monitor.domain.events.code_numbers import CodeNumbers
from monitor.domain.events.decoding import BadEvent, EventDecoder, RejectedFor
from monitor.domain.events.deduplication import SeenEventIds
from monitor.domain.events.event import Event, EventType, Transaction
from monitor.domain.events.network_incident import NetworkIncident
from monitor.domain.events.response_codes import CodeCategory, ResponseCodes
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.events.terminal_history import Kind, TerminalHistory
from monitor.domain.events.unknown_ids import SourceWindow, UnknownIds
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.inventory.terminal import Terminal

UNKNOWN_IDS_S = 3600.0
"""An unknown id is counted in the metrics for so long after it was last given."""

MOST_IN_A_TURN = 5_000
"""More new events of one terminal than this within TURN_S are refused: it must not crowd out the others."""

TURN_S = 3600.0
SWEPT_AT_ONCE = 200
MOST_UNSAVED = 200_000
MOST_UNPLACED = 200_000
_CLOCK_WAS_SET_S = 5.0
_CARD_DIGITS = 15
"""Of the hash: as many as fit into 64 bits with their sign."""

_NETWORK = frozenset({CodeCategory.NETWORK, CodeCategory.ISSUER_TIMEOUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBounds:
    """How old an event may be, how far ahead of the clock, and how many ids are remembered in all."""

    max_age_s: float = DAY_S
    max_future_s: float = 300.0
    most_ids: int = 4_000_000


def _utc(_name: str) -> tzinfo:
    return UTC


class EventTracker:
    """Counts each event once and keeps what the event detectors ask about, within bounds.

    A window is placed by the events' own time, however late and in whichever order they come. `counts` of
    events are by type and category (or outcome), `rejections` by where from and why. Without a `hasher` no
    card is told from another. `zone` finds a time zone by its name.

    After a restart what was counted is known at once by its keys (`expect`), so that nothing is counted
    twice, and comes back into its windows little by little (`restore`). Until then (`is_whole`) events that
    are heard are counted and saved, and wait for their place in the windows: half of them tell lies.
    `to_recall` are those that are not back yet.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        codes: ResponseCodes | None = None,
        hasher: CardHasher | None = None,
        bounds: EventBounds | None = None,
        zone: Callable[[str], tzinfo] = _utc,
    ) -> None:
        self.counts: Counter[tuple[EventType, str]] = Counter()
        self.rejections: Counter[tuple[str, RejectedFor]] = Counter()
        self.cards = CardWindows()
        self.strangers = UnknownIds()
        self.incident = NetworkIncident()
        self._fleet = fleet
        self._codes = CodeNumbers(codes or ResponseCodes())
        self._bounds = bounds or EventBounds()
        self._decoder = EventDecoder(hasher=hasher, known=self.cards)
        self._ids = SeenEventIds(
            span_s=self._bounds.max_age_s + self._bounds.max_future_s, most=self._bounds.most_ids
        )
        self._zone = zone
        self._unsaved: deque[SeenEvent] = deque(maxlen=MOST_UNSAVED)
        self._evicted = 0
        self._unswept: list[WatchedTerminal] = []
        self.to_recall = 0
        self.is_whole = True
        self._unplaced: deque[Unplaced] = deque(maxlen=MOST_UNPLACED)

    def hear(
        self,
        watched: WatchedTerminal,
        documents: Sequence[object],
        now: Instant,
        *,
        sent_at: float | None = None,
        source: str = "poll",
    ) -> IngestResult:
        """Take in events as a terminal or somebody on its behalf wrote them.

        `sent_at` is what the terminal's clock showed (unix seconds) when the list was sent, None when it
        does not say; `source` is under which rejections are counted. Nothing of `documents` is kept.
        """
        key = list_key(documents)
        if key is not None and watched.events is not None and watched.events.last_list == key:
            return IngestResult(duplicates=len(documents))
        terminal_id = watched.terminal.terminal_id
        unknown = [
            (index, document)
            for index, document in enumerate(documents)
            if not self._is_known(terminal_id, document)
        ]
        duplicates = len(documents) - len(unknown)
        if not unknown:
            if watched.events is not None:
                watched.events.last_list = key
            return IngestResult(duplicates=duplicates) if duplicates else NOTHING_HEARD
        accepted = 0
        rejected: list[Rejection] = []
        cards: dict[str, CardWindow] = {}
        history = self._attentive(watched, now, now.wall if sent_at is None else sent_at)
        for index, document in unknown:
            try:
                refuse_crowd(index)
                if self._take(watched, history, document, now, cards):
                    accepted += 1
                else:
                    duplicates += 1
            except BadEvent as error:
                self.reject(source, error.kind)
                rejected.append(Rejection(index=index, reason=str(error)))
        if accepted:
            watched.events = history
        if not rejected:
            history.last_list = key
        return IngestResult(
            accepted=accepted, duplicates=duplicates, rejected=rejected, cards=tuple(cards.values())
        )

    def expect(self, keys: Sequence[int], now: Instant) -> None:
        """Know the events that earlier runs have counted, as `event_keys` has them, oldest first."""
        self._ids.add_all(keys, now.monotonic)
        self.to_recall = len(keys)
        self.is_whole = not keys

    def restore(self, events: Sequence[SeenEvent], now: Instant) -> None:
        """Put a portion of what was expected into its windows, oldest first.

        Windows go by the wall clock, so the time in which posmon did not run counts. Events of terminals
        that are not watched are left out, and `counts` are of this run.
        """
        self.to_recall = max(0, self.to_recall - len(events))
        for seen in events:
            watched = self._fleet.get(seen.terminal_id)
            at = now.monotonic - (now.wall - seen.event.at)
            if watched is None or at < now.monotonic - 2 * self._bounds.max_age_s:
                continue
            # As if it had been heard when it happened: its alerts do not last longer for a restart.
            moment = Instant(min(at, now.monotonic), seen.event.at)
            history = self._history(watched, moment)
            card = self._place(watched, history, seen.event, at, moment)
            history.begin(now)
            if card is not None:
                card.now = now
                card.wrong_pins.begin()

    def catch_up(self, most: int) -> Iterator[tuple[WatchedTerminal, IngestResult]]:
        """Place up to `most` of the events that were heard since `expect`, one by one, oldest first.

        To be called when everything was restored, until it `is_whole`.
        """
        self.to_recall = 0
        for _ in range(min(most, len(self._unplaced))):
            watched, event, at, heard_at = self._unplaced.popleft()
            if self._fleet.get(watched.terminal.terminal_id) is watched:
                history = self._history(watched, heard_at)
                card = self._place(watched, history, event, at, heard_at)
                yield watched, IngestResult(accepted=1, cards=(card,) if card else ())
        self.is_whole = not self._unplaced

    @property
    def unsaved(self) -> Sequence[SeenEvent]:
        """Events counted since `take_unsaved`, oldest first."""
        return self._unsaved

    def take_unsaved(self) -> list[SeenEvent]:
        """Return the events that are to be made durable; they are not returned again."""
        events = [*self._unsaved]
        self._unsaved.clear()
        return events

    @property
    def evicted(self) -> int:
        """How many remembered things had to make room before their time."""
        return self._evicted + self._ids.evicted + self.cards.evicted + self.strangers.evicted

    def met(self, watched: WatchedTerminal, now: Instant) -> TerminalHistory:
        """Return what is known of a terminal's events, looked at now."""
        return self._history(watched, now)

    def sighted(self, watched: WatchedTerminal, before: str, after: str, now: Instant) -> bool:
        """Take in that the terminal's id is seen with `after`, last with `before`; tell if it alternates."""
        history = self.met(watched, now)
        history.begin(now)
        if not history.marks(Kind.SIGHTING):
            history.mark(Kind.SIGHTING, now.monotonic, before)
        earlier = [who for _, who in history.marks(Kind.SIGHTING).since(now.monotonic - DAY_S)]
        history.mark(Kind.SIGHTING, now.monotonic, after)
        if after in earlier[:-1]:
            history.mark(Kind.CONFLICT, now.monotonic, f"{before} / {after}")
            return True
        return False

    def doubled(self, watched: WatchedTerminal, elsewhere: str, now: Instant) -> None:
        """Take in that the terminal's id is answered with `elsewhere` as well."""
        history = self.met(watched, now)
        history.begin(now)
        history.mark_again(Kind.CONFLICT, now.monotonic, elsewhere)

    def reject(self, source: str, why: RejectedFor) -> None:
        """Count one rejected input; `source` is `poll` or `push`."""
        self.rejections[source, why] += 1

    def stranger(self, source: str, terminal_id: str, now: Instant) -> SourceWindow:
        """Take in that a source spoke for a terminal that the inventory does not know."""
        self.reject("push", RejectedFor.UNKNOWN_TERMINAL)
        return self.strangers.add(source, terminal_id, now)

    def look(self, now: Instant) -> None:
        """Forget what is too old and see whether a network incident is on."""
        self.incident.look((watched.events.heard for watched in self._fleet if watched.events), now)
        old = now.monotonic - 2 * self._bounds.max_age_s
        self._sweep(now.monotonic - self._bounds.max_age_s - RECENT_S, old)
        self.cards.forget_before(old)
        self.strangers.forget_before(now.monotonic - DAY_S)

    def unknown_terminal_ids(self, now: Instant) -> int:
        """Return how many different unknown ids were given in the last UNKNOWN_IDS_S seconds."""
        return len(self.strangers.distinct_within(UNKNOWN_IDS_S, now))

    def activity(self, terminal_id: str, now: Instant) -> EventActivity:
        """Return what is known of a terminal's events; an empty one when it told of none."""
        watched = self._fleet.get(terminal_id)
        incident = self.incident.words()
        if watched is None or watched.events is None:
            return EventActivity(network_incident=incident)
        most_tried = self._most_tried(watched.events)
        return activity_of(
            watched.events, self._codes.table, now, most_tried=most_tried, network_incident=incident
        )

    def card_activity(self, card: str, now: Instant) -> CardActivity:  # noqa: ARG002 - as for the others
        """Return what is known of a card by the first digits of its hash, as on its alerts' label."""
        window = self.cards.get(card)
        return window.activity() if window else CardActivity()

    def unknown_ids(self, source: str, now: Instant) -> Sequence[str]:  # noqa: ARG002 - as for the others
        """Return the ids unknown to the inventory that a source gave lately, fit to be shown."""
        window = self.strangers.get(source)
        return window.distinct() if window else ()

    def _sweep(self, transactions: float, marks: float) -> None:
        """Forget what is old of a few terminals, in turn: one that fell silent does so by nobody else."""
        if not self._unswept:
            self._unswept = [watched for watched in self._fleet if watched.events is not None]
        for watched in self._unswept[-SWEPT_AT_ONCE:]:
            if watched.events is not None:
                watched.events.forget_before(transactions=transactions, marks=marks)
                if watched.events.is_empty:
                    watched.events = None
        del self._unswept[-SWEPT_AT_ONCE:]

    def _is_known(self, terminal_id: str, document: object) -> bool:
        event_id = document.get("id") if type(document) is dict else None
        return type(event_id) is str and self._ids.has(terminal_id, event_id)

    def _history(self, watched: WatchedTerminal, now: Instant) -> TerminalHistory:
        """Return what is known of a terminal's events, told by our clock while it tells of none."""
        history = watched.events
        if history is None:
            history = watched.events = TerminalHistory(clock_offset=now.wall - now.monotonic, now=now)
        history.now = now
        return history

    def _attentive(self, watched: WatchedTerminal, now: Instant, clock: float) -> TerminalHistory:
        """Return the terminal's history, ready for more; a new one counts once something is in it."""
        offset = clock - now.monotonic
        history = watched.events
        if history is None:
            return TerminalHistory(clock_offset=offset, now=now)
        history.begin(now)
        # What is heard a moment late is no clock that was set: distances between events stay exact.
        if abs(offset - history.clock_offset) > _CLOCK_WAS_SET_S:
            history.clock_offset = offset
        return history

    def _take(
        self,
        watched: WatchedTerminal,
        history: TerminalHistory,
        document: object,
        now: Instant,
        cards: dict[str, CardWindow],
    ) -> bool:
        ahead_s = history.clock_offset - (now.wall - now.monotonic)
        event, told_at = self._decoder.decode(document, ahead_s=ahead_s if abs(ahead_s) > 1 else 0.0)
        terminal_id = watched.terminal.terminal_id
        at = told_at - history.clock_offset
        self._refuse_time(at, now)
        if self._ids.has(terminal_id, event.id):
            return False
        if not history.has_room(now.monotonic, turn_s=TURN_S, most=MOST_IN_A_TURN):
            raise BadEvent(RejectedFor.TOO_MANY, f"more than {MOST_IN_A_TURN} new events in an hour")
        self._ids.add(terminal_id, event.id, now.monotonic)
        self._count(watched.terminal, event)
        if not self.is_whole:
            self._evicted += len(self._unplaced) == MOST_UNPLACED
            self._unplaced.append(Unplaced(watched, event, at, now))
        elif window := self._place(watched, history, event, at, now):
            cards[window.label] = window
        self._evicted += len(self._unsaved) == MOST_UNSAVED
        self._unsaved.append(SeenEvent(terminal_id=terminal_id, event=event, heard_at=now))
        return True

    def _count(self, terminal: Terminal, event: Event) -> None:
        if isinstance(event, Transaction):
            number = self._codes.number(terminal.dialect, event.response_code)
            self.counts[EventType.TRANSACTION, self._codes.table[number][0].value] += 1
        else:
            self.counts[EventType.OPERATOR_LOGIN, "success" if event.success else "failure"] += 1

    def _refuse_time(self, at: float, now: Instant) -> None:
        if at > now.monotonic + self._bounds.max_future_s:
            minutes = self._bounds.max_future_s / 60
            raise BadEvent(RejectedFor.TIMESTAMP, f"at: more than {minutes:g} minutes in the future")
        if at < now.monotonic - self._bounds.max_age_s:
            hours = self._bounds.max_age_s / 3600
            raise BadEvent(RejectedFor.TIMESTAMP, f"at: more than {hours:g} hours old")

    def _place(
        self, watched: WatchedTerminal, history: TerminalHistory, event: Event, at: float, now: Instant
    ) -> CardWindow | None:
        """Put an event into every window that it belongs to; return the card's if it has another mark."""
        if not isinstance(event, Transaction):
            history.add_log_in(at, event.operator_id, success=event.success)
            return None
        terminal = watched.terminal
        number = self._codes.number(terminal.dialect, event.response_code)
        category = self._codes.table[number][0]
        is_paid = category is CodeCategory.APPROVED and event.amount_minor is not None
        history.forget_some(now.monotonic - self._bounds.max_age_s - RECENT_S)
        history.add_transaction(
            at,
            category,
            number,
            int(event.card[:_CARD_DIGITS], 16) if event.card else 0,
            hash((event.amount_minor, event.currency)) if is_paid else 0,
        )
        if terminal.opening_hours:
            self._note_hours(terminal, history, event.at, at)
        if category in _NETWORK:
            self.incident.add(terminal.terminal_id, event.response_code, now)
        elif category is CodeCategory.WRONG_PIN and event.card and terminal.is_paged:
            return self.cards.add(event.card, at, terminal.terminal_id, now)
        return None

    def _note_hours(self, terminal: Terminal, history: TerminalHistory, wall: float, at: float) -> None:
        hours = history.hours_in(terminal)
        if not hours.is_open(wall, self._zone(terminal.timezone)):
            history.mark(Kind.OFF_HOURS, at, rfc3339(wall))

    def _most_tried(self, history: TerminalHistory) -> CardActivity:
        wrong = history.marks(Kind.WRONG_PIN)
        latest = wrong.within(RECENT_S, wrong.entries[-1][0]) if wrong else ()
        cards = {card for _, card in latest if card}
        known = (self.cards.get(card_label(card)) for card in cards)
        activities = [window.activity() for window in known if window is not None]
        return max(activities, key=lambda activity: activity.tries, default=CardActivity())


def card_label(card: int) -> str:
    """Return what alerts call a card, of which the first digits of the hash are kept as a number."""
    return f"{card:0{_CARD_DIGITS}x}"[:LABEL_DIGITS]
