"""From events to alert transitions."""

from collections.abc import Sequence
from functools import partial
from math import inf

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import CARD, TERMINAL
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.card_evaluation import CardEvaluation
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.event_tracking.ingest_result import NOTHING_INGESTED, IngestResult
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.terminal_history import ELSEWHERE
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.terminal_memory import Change
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.spelling import is_another
from monitor.domain.subjects.table import Subjects

RECHECK_EVERY_S = 1.0
"""So often are open alerts evaluated again for windows that have emptied."""

SWEEP_EVERY_S = 5.0

TWICE_WITHIN_S = 600.0
"""An id that answered at its own endpoint so lately and now answers at another is in use twice."""

FACTS_AT_ONCE = 8
CAUGHT_UP_AT_ONCE = 200


class EventEvaluation:
    """Evaluates the event detectors when events have come in, and for open alerts when time has passed.

    While events of earlier runs are replayed nothing is evaluated: half-filled windows give wrong results.
    Events that come in meanwhile are evaluated by `catch_up`.
    """

    def __init__(
        self,
        *,
        event_tracker: EventTracker,
        fleet: Fleet,
        book: AlertBook,
        rules: RulesInForce,
        subjects: Subjects,
        observer: AlertObserver,
    ) -> None:
        self._tracker = event_tracker
        self._windows = event_tracker.windows
        self._replay = event_tracker.replay
        self._fleet = fleet
        self._book = book
        self._rules = rules
        self._subjects = subjects
        self._observer = observer
        self._rechecked_at = -inf
        self._swept_at = -inf
        self._cards = CardEvaluation(
            book=book, subjects=subjects, evaluate_card=partial(self.evaluate_window, CARD)
        )
        self._deferred: list[tuple[WatchedTerminal, Sequence[Change]]] = []

    def received(self, watched: WatchedTerminal, result: IngestResult, now: Instant) -> list[Transition]:
        """Evaluate the rules that a list of events can change."""
        if not result.accepted or not self._replay.is_replayed:
            return []
        return self._evaluate_ingested(watched, result, now)

    def catch_up(self, now: Instant) -> list[Transition]:
        """Evaluate some of what was received during the replay, once all earlier events are restored.

        To be called until everything is replayed.
        """
        steps: list[Transition] = []
        for watched, result in self._replay.catch_up(CAUGHT_UP_AT_ONCE):
            steps += self._evaluate_ingested(watched, result, now)
        if self._replay.is_replayed:
            deferred, self._deferred = self._deferred, []
            for watched, serials in deferred:
                steps += self._evaluate_serials(watched, serials, now)
        return steps

    def polled(
        self, watched: WatchedTerminal, events: Sequence[object], clock: float, now: Instant
    ) -> list[Transition]:
        """Evaluate the events and the id of a poll; `clock` is the terminal's (unix seconds)."""
        steps = self.identified(watched, now)
        if watched.claimed_id:
            return steps + self._evaluate_claim(watched, now)
        result = self._tracker.ingest(watched, events, now, sent_at=clock) if events else NOTHING_INGESTED
        if result.unreadable or watched.unreadable.events:
            watched.events_unreadable(result.unreadable)
        return steps + self.received(watched, result, now)

    def identified(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Evaluate whether a serial number that has just changed was there before."""
        serials = [
            change
            for change in watched.changes[-FACTS_AT_ONCE:]
            if change.what == "serial_number" and change.at == now and is_another(change.before, change.after)
        ]
        if serials and not self._replay.is_replayed:
            self._deferred.append((watched, serials))
            return []
        return self._evaluate_serials(watched, serials, now)

    def evaluate_terminal(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Evaluate a terminal's events; those that have come in are no longer new after that."""
        history = self._windows.history_of(watched, now)
        steps = self._observer.observe_terminal(watched, watched.rules.on_events, now)
        history.begin_evaluation(now)
        return steps

    def evaluate_window(self, kind: str, window: CardWindow | SourceWindow, now: Instant) -> list[Transition]:
        """Evaluate a card or a source; its marks are no longer fresh after that."""
        window.now = now
        self._subjects[kind].prepare(window, now)
        steps = self._observer.observe(self._rules.about(kind), self._subjects[kind], window, now)
        window.begin_evaluation(now)
        return steps

    def tick(self, now: Instant) -> list[Transition]:
        """Evaluate open alerts again, and forget old events."""
        if not self._replay.is_replayed:
            return []
        if now.monotonic >= self._swept_at + SWEEP_EVERY_S:
            self._swept_at = now.monotonic
            self._windows.sweep(now)
        if now.monotonic < self._rechecked_at + RECHECK_EVERY_S:
            return []
        self._rechecked_at = now.monotonic
        names = self._rules.clearing_by_time
        subjects = dict.fromkeys(subject for name in names for subject in self._book.named(name))
        return [step for subject in subjects for step in self._evaluate_again(subject, now)]

    def _evaluate_ingested(
        self, watched: WatchedTerminal, result: IngestResult, now: Instant
    ) -> list[Transition]:
        """Evaluate cards before their terminal, whose alert says how many cards have none of their own."""
        steps = self._cards.evaluate(watched, result.cards, now)
        return steps + self.evaluate_terminal(watched, now)

    def _evaluate_serials(
        self, watched: WatchedTerminal, serials: Sequence[Change], now: Instant
    ) -> list[Transition]:
        alternates = [
            self._windows.record_serial(watched, change.before, change.after, now) for change in serials
        ]
        return self.evaluate_terminal(watched, now) if any(alternates) else []

    def _evaluate_claim(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Evaluate an endpoint that answers as a terminal which also answers at its own."""
        other = self._fleet.get(watched.claimed_id) if self._replay.is_replayed else None
        if other is None or other.is_down or other.claimed_id or other.last_good is None:
            return []
        if not other.terminal.is_polled or watched.claim is None:
            return []
        if not watched.claim.is_doubled_by(other.last_good.monotonic, now.monotonic):
            return []
        is_stale = other.last_good.monotonic < now.monotonic - TWICE_WITHIN_S
        if is_stale or other.terminal.endpoint == watched.terminal.endpoint:
            return []
        self._windows.record_elsewhere(other, f"{ELSEWHERE}{watched.terminal.terminal_id}", now)
        return self.evaluate_terminal(other, now)

    def _evaluate_again(self, subject: str, now: Instant) -> list[Transition]:
        found = self._subjects.find(subject, now)
        if found is None:
            return []
        kind, thing = found
        if kind.name == TERMINAL:
            return self.evaluate_terminal(thing, now)
        return self.evaluate_window(kind.name, thing, now)
