"""From poll results and pushes to alert transitions: the heart of posmon, pure and synchronous."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import MONITOR, SOURCE, TERMINAL_SOURCE
from monitor.domain.availability.ledger import AvailabilityLedger
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.annotation_refresh import AnnotationRefresh
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.evaluation.escalation import EscalationEvaluation
from monitor.domain.evaluation.event_evaluation import EventEvaluation
from monitor.domain.evaluation.hold_endings import HoldEndingEvaluation
from monitor.domain.evaluation.membership import Membership
from monitor.domain.evaluation.outage_evaluation import OutageEvaluation
from monitor.domain.evaluation.parent_evaluation import ParentEvaluation
from monitor.domain.evaluation.recheck import Recheck
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.evaluation.terminal_evaluation import TerminalEvaluation
from monitor.domain.evaluation.unreadable_tally import UnreadableTally
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.event_tracking.ingest_result import IngestResult
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.fleet.wrong_answers import answer_of
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.persistence.dirty_terminals import DirtyTerminals
from monitor.domain.persistence.record import Remembered
from monitor.domain.polling.poll_result import SAYS_NOTHING, Outcome, PollResult
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.domain.subjects.kind import Knowledge, SubjectKind
from monitor.domain.subjects.table import KINDS, Subjects
from monitor.domain.suppression.suppression import Suppression


class Evaluation:
    """Evaluates what comes in about the fleet: one poll, one push, one probe of the uplinks, one tick.

    Every method that may move an alert returns the transitions it made, in order; the caller commits them
    before receivers are notified. `membership` says which terminals are watched, `rules` by which rules,
    `dirty` which of them have something to be saved, `suppression` what holds alerts back, `availability`
    what is recorded for reports. Terminals to be polled again soon go to `rechecks`.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        rule_book: RuleBook,
        advice: AdviceBook | None = None,
        event_tracker: EventTracker | None = None,
        rechecks: RecheckQueue | None = None,
        unreadable: UnreadableTally | None = None,
        suppression: Suppression | None = None,
        refresh: type[AnnotationRefresh] = AnnotationRefresh,
        kinds: Sequence[type[SubjectKind]] = KINDS,
    ) -> None:
        self.event_tracker = tracker = event_tracker or EventTracker(fleet=fleet)
        self.rules = rules = RulesInForce(rule_book, fleet=fleet)
        self.dirty = dirty = DirtyTerminals()
        self.unreadable = unreadable or UnreadableTally()
        self._fleet, self._book, self._losses = fleet, book, fleet.whole.mass_loss
        self.suppression = held = suppression or Suppression(fleet=fleet, book=book)
        self.availability = ledger = AvailabilityLedger(fleet=fleet, on_call=held.on_call)
        self._time, self._heeded, self._troubled = ledger.polls, ledger.polls.heeded, fleet.parents.troubled
        known = _knowledge(fleet, book, tracker)
        self._subjects = subjects = Subjects(known, kinds=kinds)
        self._annotations = annotations = Annotations(advice=advice or AdviceBook(), fleet=fleet)
        self._observer = seen = AlertObserver(book=book, subjects=subjects, annotations=annotations)
        queue = rechecks or RecheckQueue()
        recheck = Recheck(fleet=fleet, alertnames=rules.outages.values(), queue=queue)
        self._terminals = TerminalEvaluation(
            fleet=fleet, book=book, observer=seen, dirty=dirty, availability=ledger
        )
        self._outages = outages = OutageEvaluation(
            fleet=fleet, book=book, rules=rules, subjects=subjects, observer=seen, recheck=recheck
        )
        self._parents = ParentEvaluation(
            fleet=fleet, book=book, rules=rules, subjects=subjects, observer=seen, queue=queue
        )
        self._events = EventEvaluation(
            event_tracker=tracker, fleet=fleet, book=book, rules=rules, subjects=subjects, observer=seen
        )
        self._escalation = EscalationEvaluation(
            fleet=fleet, book=book, rules=rules, subjects=subjects, observer=seen, suppression=held
        )
        self._hold_endings = HoldEndingEvaluation(
            known=known, rules=rules, subjects=subjects, observer=seen, suppression=held
        )
        self._refresh = refresh(book=book, rules=rules, subjects=subjects, annotations=annotations)
        self.membership = Membership(
            fleet=fleet, book=book, rules=rules, observer=seen, outages=outages, dirty=dirty, ledger=ledger
        )

    def restore(self, remembered: Remembered, now: Instant) -> None:
        """Continue an earlier run; to be called before any terminal is added.

        `membership.end_restoration` follows when all are added; events come back after that (`Replay`).
        """
        self.availability.restore(remembered.availability)
        self.membership.restore(remembered)
        self.suppression.on_call.restore(remembered.on_call)
        self.event_tracker.replay.expect(remembered.event_keys, now)

    def accept(
        self, watched: WatchedTerminal, result: PollResult, now: Instant
    ) -> tuple[list[Transition], bool]:
        """Evaluate one finished poll; tell also whether its terminal went down or came back by it.

        A poll of a parent is evaluated as such; one of a terminal that is no longer watched changes nothing.
        One that says nothing about its terminal moves no alert.
        """
        if self._fleet.get(watched.terminal.terminal_id) is not watched:
            return self._parents.accept(watched, result, now), False
        if result.outcome in SAYS_NOTHING:
            watched.lose_sight(result)
            if result.outcome is Outcome.AWAITED:
                self._time.lost_sight(watched, now)
            return [], False
        was_down = watched.failures > 0
        answer = answer_of(watched) if was_down else None
        unreadable = watched.unreadable
        is_steady = not (
            self._outages.outages_of(watched) or (self._troubled and self._parents.explains(watched))
        )
        transitions = self._terminals.accept(watched, result, now, steady=is_steady)
        has_moved = was_down is not (watched.failures > 0)
        if was_down or has_moved or (self._heeded and watched.terminal.terminal_id in self._heeded):
            self._time.polled(watched, now)
        if has_moved or (was_down and answer_of(watched) != answer):
            transitions += self._outages.member_moved(watched, now)
            if not was_down:
                self._parents.member_lost(watched)
        elif self._losses.lost_lately and result.outcome is Outcome.OK:
            self._outages.member_answered()
        if result.events or watched.claimed_id or watched.is_unsaved or unreadable.events:
            clock = self._terminals.sent_at(result.reading, now)
            transitions += self._events.polled(watched, result.events, clock, now)
        if result.unreadable or watched.unreadable is not unreadable:
            self.unreadable.note(watched, unreadable, result.unreadable, source="poll")
        return transitions, has_moved

    def ingest_push(
        self,
        watched: WatchedTerminal,
        events: Sequence[object],
        now: Instant,
        *,
        reading: Reading | None = None,
        unreadable: tuple[str, ...] = (),
    ) -> tuple[IngestResult, list[Transition]]:
        """Evaluate pushed events, and perhaps a pushed heartbeat of the terminal's own.

        What is known of its polls does not change. `unreadable` has the phrases of those fields of the
        heartbeat that could not be read. Returns what became of the events as well.
        """
        before = watched.unreadable
        transitions: list[Transition] = []
        if reading is not None:
            transitions += self._terminals.ingest(watched, reading, now, unreadable)
            transitions += self._events.identified(watched, now)
        sent_at = self._terminals.sent_at(reading, now)
        result = self.event_tracker.ingest(watched, events, now, sent_at=sent_at, source="push")
        if result.unreadable or watched.unreadable.events:
            watched.events_unreadable(result.unreadable)
        if unreadable or watched.unreadable is not before:
            self.unreadable.note(watched, before, unreadable, source="push")
        return result, transitions + self._events.received(watched, result, now)

    def ingest_unknown_id(self, source: str, terminal_id: str, now: Instant) -> list[Transition]:
        """Evaluate that a source pushed for a terminal that the inventory does not know."""
        window = self.event_tracker.ingest_unknown_id(source, terminal_id, now)
        return self._events.evaluate_window(SOURCE, window, now)

    def uplinks_probed(self, answers: Mapping[str, bool], now: Instant) -> list[Transition]:
        """Evaluate the answers of the configured uplink probes, by probed place."""
        return self._outages.uplinks_probed(answers, now)

    def tick(self, now: Instant, progress: PollingProgress) -> list[Transition]:
        """Evaluate what only time changes: holds, outages, windows that empty, the watchdog, annotations."""
        transitions = self._parents.tick(now)
        transitions += self._outages.tick(now)
        transitions += self._terminals.tick(now)
        own = self.rules.about(MONITOR)
        progress = replace(progress, clock_ahead_s=self._fleet.clocks.ahead_s(now))
        transitions += self._observer.observe(own, self._subjects[MONITOR], progress, now)
        transitions += self._tick_sources(now)
        transitions += self._events.tick(now)
        self.suppression.on_call.tick(self._book, now)
        transitions += self._escalation.tick(now)
        transitions += self._hold_endings.tick(now)
        if self.event_tracker.replay.is_replayed:
            self._refresh.tick(now)
        return transitions

    def _tick_sources(self, now: Instant) -> list[Transition]:
        rules, kind = self.rules.about(TERMINAL_SOURCE), self._subjects[TERMINAL_SOURCE]
        sources = self._fleet.sources.values()
        return [step for board in sources for step in self._observer.observe(rules, kind, board, now)]

    def catch_up(self, now: Instant) -> list[Transition]:
        """Evaluate some of the events received while those of earlier runs were replayed."""
        return self._events.catch_up(now)

    def stalled(self, seconds: float, now: Instant) -> None:
        """Count the `seconds` before `now`, in which posmon stood still, towards no hold, and as unseen."""
        self._book.stalled(seconds, now)
        self.availability.stalled(seconds, now)

    def drain_failures(self) -> list[tuple[str, Exception]]:
        """Return which alerts could not be explained since the last call, and why; some of them."""
        failures, self._annotations.failures = self._annotations.failures, []
        return failures


def _knowledge(fleet: Fleet, book: AlertBook, tracker: EventTracker) -> Knowledge:
    gatherer = Gatherer(fleet=fleet, book=book, events=tracker.queries)
    return Knowledge(fleet=fleet, book=book, windows=tracker.windows, gatherer=gatherer)
