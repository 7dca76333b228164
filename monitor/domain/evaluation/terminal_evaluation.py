"""Evaluating one heartbeat or one failed poll of a terminal."""

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.availability.ledger import AvailabilityLedger
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.rounds import Rounds
from monitor.domain.evaluation.rule_selection import ageing_rules, askable_rules, heard_rules, rules_moved
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.poll_history import STEADILY_UP
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant, parse_rfc3339
from monitor.domain.persistence.dirty_terminals import DirtyTerminals
from monitor.domain.polling.poll_result import PollResult


class TerminalEvaluation:
    """Keeps the readings of terminals, and evaluates the rules whose verdict they can change."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        observer: AlertObserver,
        dirty: DirtyTerminals,
        availability: AvailabilityLedger,
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._observer = observer
        self._dirty = dirty
        self._availability = availability
        self._clocks = fleet.clocks
        self._rounds = Rounds(fleet)

    def accept(
        self, watched: WatchedTerminal, result: PollResult, now: Instant, *, steady: bool
    ) -> list[Transition]:
        """Evaluate one finished poll; `steady` is False while a larger outage explains it."""
        before = watched.reading
        skew_s = self._clock_skew(watched, result.reading, now)
        watched.absorb(result, now, clock_skew_s=skew_s, steady=steady)
        if watched.reading is not before:
            self._fleet.count_firmware(watched)
        # Nearly every poll ends here with nothing to save: two comparisons are cheaper than the call.
        if watched.is_unsaved or watched.history != STEADILY_UP:
            self._note_change(watched, now)
        is_quiet = not self._book.about(watched.terminal.terminal_id)
        rules = rules_moved(watched, before, is_quiet=is_quiet)
        if watched.evaluated_by is None or not is_quiet:
            watched.mark_evaluated(is_quiet=is_quiet)
        return self._observer.observe_terminal(watched, rules, now)

    def ingest(
        self, watched: WatchedTerminal, reading: Reading, now: Instant, unreadable: tuple[str, ...] = ()
    ) -> list[Transition]:
        """Evaluate a pushed heartbeat of the terminal's own; its polls are not affected.

        `unreadable` has the phrases of its fields that could not be read.
        """
        skew_s = self._clock_skew(watched, reading, now)
        watched.ingest(reading, now, clock_skew_s=skew_s, unreadable=unreadable)
        self._fleet.count_firmware(watched)
        self._note_change(watched, now)
        return self._observer.observe_terminal(watched, heard_rules(watched), now)

    def tick(self, now: Instant) -> list[Transition]:
        """Evaluate the terminals whose turn it is, and those of pending alerts whose hold has elapsed."""
        transitions: list[Transition] = []
        for one in self._rounds.due(now):
            transitions += self._observer.observe_terminal(one, ageing_rules(one), now)
        for alert in self._book.due(now):
            watched = self._fleet.get(alert.subject)
            if watched is not None:
                # All rules are evaluated, not only the alert's: what fires may replace another alert.
                transitions += self._observer.observe_terminal(watched, askable_rules(watched), now)
        return transitions

    def sent_at(self, reading: Reading | None, now: Instant) -> float:
        """Return the terminal's clock (unix seconds) by which the events beside a reading are dated."""
        sent_at = parse_rfc3339(reading.sent_at) if reading and reading.sent_at else None
        return self._clocks.wall(now) if sent_at is None else sent_at

    def _note_change(self, watched: WatchedTerminal, now: Instant) -> None:
        if watched.is_unsaved:
            self._availability.changed(watched, now)
        self._dirty.add(watched)

    def _clock_skew(self, watched: WatchedTerminal, reading: Reading | None, now: Instant) -> float | None:
        terminal_id = watched.terminal.terminal_id
        if reading is None or reading.sent_at is None or reading.terminal_id != terminal_id:
            return None
        sent_at = parse_rfc3339(reading.sent_at)
        if sent_at is None:
            return None
        return self._clocks.correct(terminal_id, sent_at, now, place=watched.terminal.site)
