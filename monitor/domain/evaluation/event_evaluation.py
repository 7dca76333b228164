"""From events to alert transitions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.rules import Rule
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.event_tracking.ingest_result import IngestResult
from monitor.domain.events.card_windows import SUBJECT as CARD
from monitor.domain.events.card_windows import CardWindow, card_subject
from monitor.domain.events.terminal_history import ELSEWHERE
from monitor.domain.events.unknown_ids import SUBJECT as SOURCE
from monitor.domain.events.unknown_ids import SourceWindow, source_subject
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.terminal_memory import Change
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.spelling import is_another

LOOK_EVERY_S = 1.0
"""So often are open alerts looked at again for windows that have emptied."""

SWEEP_EVERY_S = 5.0

TWICE_WITHIN_S = 600.0
"""An id that answered at its own endpoint so lately and now answers at another is in use twice."""

FACTS_AT_ONCE = 8
CAUGHT_UP_AT_ONCE = 200

ON_CARDS = ("PinFailuresOnCard", "PinFailuresAcrossTerminals")
ON_SOURCES = ("UnknownTerminalId", "TerminalIdProbing")
ON_TERMINALS = (
    "PinFailuresOnTerminal",
    "PinLockImminent",
    "PinDataFault",
    "OperatorLoginFailures",
    "UnknownTerminalId",
    "TerminalIdConflict",
    "OffHoursTransactions",
    "RepeatedTransactions",
)

JudgeTerminal = Callable[[WatchedTerminal, Sequence[Rule], Instant], list[Transition]]
JudgeWindow = Callable[[Rule, str, CardWindow | SourceWindow, Instant, Mapping[str, str]], list[Transition]]


class EventEvaluation:
    """Asks the event detectors when events have come in, and about open alerts when time has passed.

    `judge_terminal` and `judge_window` apply rules to one subject and return what came of it; `rule` finds
    the fleet's rule for an alert.
    """

    def __init__(
        self,
        *,
        patterns: EventTracker,
        fleet: Fleet,
        book: AlertBook,
        rule: Callable[[str], Rule],
        judge_terminal: JudgeTerminal,
        judge_window: JudgeWindow,
    ) -> None:
        self._patterns = patterns
        self._fleet = fleet
        self._book = book
        self._rule = rule
        self._judge_terminal = judge_terminal
        self._judge_window = judge_window
        self._looked_at = -inf
        self._swept_at = -inf
        self._renamed: list[tuple[WatchedTerminal, Sequence[Change]]] = []

    def heard(self, watched: WatchedTerminal, heard: IngestResult, now: Instant) -> list[Transition]:
        """Judge what a list of events has changed."""
        if not heard.accepted or not self._patterns.is_whole:
            return []
        return self._heard(watched, heard, now)

    def catch_up(self, now: Instant) -> list[Transition]:
        """Judge some of what was heard since a restart, when all events of earlier runs are back.

        To be called until the patterns are whole; until then nothing else about events is judged.
        """
        steps: list[Transition] = []
        for watched, heard in self._patterns.catch_up(CAUGHT_UP_AT_ONCE):
            steps += self._heard(watched, heard, now)
        if self._patterns.is_whole:
            renamed, self._renamed = self._renamed, []
            for watched, changes in renamed:
                steps += self._sighted(watched, changes, now)
        return steps

    def _heard(self, watched: WatchedTerminal, heard: IngestResult, now: Instant) -> list[Transition]:
        steps = self.terminal(watched, now)
        for card in heard.cards:
            steps += self._card(card, now)
        return steps

    def polled(
        self, watched: WatchedTerminal, events: Sequence[object], clock: float, now: Instant
    ) -> list[Transition]:
        """Take in what a poll brought beside the reading; `clock` is the terminal's (unix seconds)."""
        steps = self.identified(watched, now)
        if watched.claimed_id:
            return steps + self._claimed(watched, now)
        if not events:
            return steps
        return steps + self.heard(watched, self._patterns.hear(watched, events, now, sent_at=clock), now)

    def identified(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Judge whether a serial number that has just changed was there before."""
        serials = [
            change
            for change in watched.changes[-FACTS_AT_ONCE:]
            if change.what == "serial_number" and change.at == now and is_another(change.before, change.after)
        ]
        if serials and not self._patterns.is_whole:
            self._renamed.append((watched, serials))
            return []
        return self._sighted(watched, serials, now)

    def _sighted(self, watched: WatchedTerminal, serials: Sequence[Change], now: Instant) -> list[Transition]:
        is_odd = [self._patterns.sighted(watched, change.before, change.after, now) for change in serials]
        return self.terminal(watched, now) if any(is_odd) else []

    def _claimed(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Judge an endpoint that answers as a terminal which also answers at its own."""
        other = self._fleet.get(watched.claimed_id) if self._patterns.is_whole else None
        if other is None or other.is_down or other.claimed_id or other.last_good is None:
            return []
        is_stale = other.last_good.monotonic < now.monotonic - TWICE_WITHIN_S
        if is_stale or other.terminal.endpoint == watched.terminal.endpoint:
            return []
        self._patterns.doubled(other, f"{ELSEWHERE}{watched.terminal.terminal_id}", now)
        return self.terminal(other, now)

    def terminal(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Judge what is known of a terminal's events; what came in counts as judged from then on."""
        history = self._patterns.met(watched, now)
        steps = self._judge_terminal(watched, watched.rules.on_events, now)
        history.begin(now)
        return steps

    def source(self, window: SourceWindow, now: Instant) -> list[Transition]:
        """Judge what is known of one who pushes for unknown terminals."""
        subject, labels = source_subject(window.label), {"source": window.label}
        window.now = now
        steps = self._windows(ON_SOURCES, subject, window, now, labels)
        window.ids.begin()
        return steps

    def tick(self, now: Instant) -> list[Transition]:
        """Look at open alerts again, and forget what is old; neither while windows are not whole."""
        if not self._patterns.is_whole:
            return []
        if now.monotonic >= self._swept_at + SWEEP_EVERY_S:
            self._swept_at = now.monotonic
            self._patterns.look(now)
        if now.monotonic < self._looked_at + LOOK_EVERY_S:
            return []
        self._looked_at = now.monotonic
        names = (*ON_TERMINALS, *ON_CARDS, *ON_SOURCES)
        subjects = dict.fromkeys(subject for name in names for subject in self._book.named(name))
        return [step for subject in subjects for step in self._again(subject, now)]

    def window_of(self, subject: str, now: Instant) -> CardWindow | SourceWindow | None:
        """Return what a card's or a source's alerts are about; None for other subjects.

        Of what an earlier run knew it is an empty window, which begins now.
        """
        if subject.startswith(CARD):
            return self._patterns.cards.recall(subject.removeprefix(CARD), now)
        if subject.startswith(SOURCE):
            return self._patterns.strangers.recall(subject.removeprefix(SOURCE), now)
        return None

    def _again(self, subject: str, now: Instant) -> list[Transition]:
        watched = self._fleet.get(subject)
        if watched is not None:
            return self.terminal(watched, now)
        window = self.window_of(subject, now)
        if isinstance(window, CardWindow):
            return self._card(window, now)
        return self.source(window, now) if window is not None else []

    def _card(self, window: CardWindow, now: Instant) -> list[Transition]:
        subject, labels = card_subject(window.label), {"card": window.label}
        window.now = now
        steps = self._windows(ON_CARDS, subject, window, now, labels)
        window.wrong_pins.begin()
        return steps

    def _windows(
        self,
        names: Iterable[str],
        subject: str,
        window: CardWindow | SourceWindow,
        now: Instant,
        labels: Mapping[str, str],
    ) -> list[Transition]:
        rules = map(self._rule, names)
        return [step for rule in rules for step in self._judge_window(rule, subject, window, now, labels)]
