"""Recorded polls through the real evaluation, with the recording for a clock."""

from collections.abc import Iterable, Sequence

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.backtest.alert_life import AlertLife
from monitor.domain.backtest.testable import TESTABLE
from monitor.domain.calendars.plans import Plans
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.annotation_refresh import AnnotationRefresh
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.recording.recorded_poll import RecordedPoll
from monitor.domain.self_monitoring.liveness import PollingProgress

TICK_S = 1.0
_ALL_WELL = PollingProgress(silent_s=0.0)


class _NoRefresh(AnnotationRefresh):
    """Leaves annotations as they were at first: a backtest shows none."""

    def tick(self, now: Instant) -> None:
        """Do nothing."""


class BacktestRun:
    """One run of the evaluation with its own fleet and rules.

    `lives` are the alerts that fired, in the order in which they did. `polls` counts the polls that were
    evaluated, `unwatched` those of terminals that the inventory does not have or that it does not poll.
    Time in which the recording has no poll of any terminal for `gap_s` counts towards no hold, as when
    posmon itself stood still.
    """

    def __init__(
        self, *, terminals: Iterable[Terminal], rule_book: RuleBook, plans: Plans, gap_s: float
    ) -> None:
        self.lives: list[AlertLife] = []
        self.polls = 0
        self.unwatched = 0
        self._terminals = [*terminals]
        self._gap_s = gap_s
        self._fleet = Fleet()
        self._book = AlertBook()
        self._evaluation = Evaluation(
            fleet=self._fleet, book=self._book, rule_book=rule_book, refresh=_NoRefresh
        )
        self._fleet.follow(plans)
        self._firing: dict[tuple[str, str], AlertLife] = {}
        self._untold: dict[tuple[str, str], AlertLife] = {}
        self._now = Instant(0.0, 0.0)
        self._began = 0.0
        self._tick_due = 0.0

    @property
    def span(self) -> tuple[float, float]:
        """The unix times of the first and the last poll; 0 both where there was none."""
        return self._began, self._now.wall

    def run(self, polls: Iterable[RecordedPoll]) -> Sequence[AlertLife]:
        """Evaluate all polls and return `lives`; to be called once."""
        evaluation, fleet = self._evaluation, self._fleet
        for at, terminal_id, result in polls:
            if not self._now.wall:
                self._begin(at)
            self._pass_until(at)
            watched = fleet.get(terminal_id)
            if watched is None:
                self.unwatched += 1
                continue
            self.polls += 1
            steps, _ = evaluation.accept(watched, result, self._now)
            if steps:
                self._take(steps)
        for life in self._firing.values():
            life.resolved_at = self._now.wall
        return self.lives

    def _begin(self, at: float) -> None:
        self._began = at
        self._now, self._tick_due = Instant(at, at), at + TICK_S
        for terminal in self._terminals:
            if terminal.is_polled:
                self._evaluation.membership.add(terminal, self._now)
            else:
                self._fleet.set_aside(terminal)
        self._take(self._evaluation.membership.end_restoration(self._now))

    def _pass_until(self, at: float) -> None:
        """Let time pass; where posmon's clock was set back meanwhile it stands still."""
        gap_s = at - self._now.wall
        if gap_s > self._gap_s:
            self._now = Instant(at, at)
            self._evaluation.stalled(gap_s, self._now)
            self._tick_due = at
        while self._tick_due <= at:
            self._now = Instant(self._tick_due, self._tick_due)
            self._tick_due += TICK_S
            self._tick()
        if at > self._now.wall:
            self._now = Instant(at, at)

    def _tick(self) -> None:
        self._take(self._evaluation.tick(self._now, _ALL_WELL))
        for key, life in [*self._untold.items()]:
            self._tell(key, life)

    def _take(self, steps: Sequence[Transition]) -> None:
        for step in steps:
            key = step.alertname, step.subject
            if step.state is AlertState.FIRING and step.alertname in TESTABLE:
                life = AlertLife(step.alertname, step.subject, self._now.wall, self._now.wall)
                self.lives.append(life)
                self._firing[key] = self._untold[key] = life
                self._tell(key, life)
            elif step.state is AlertState.RESOLVED and (ended := self._firing.pop(key, None)):
                ended.resolved_at, ended.is_open = self._now.wall, False
                self._untold.pop(key, None)

    def _tell(self, key: tuple[str, str], life: AlertLife) -> None:
        alert = self._book.find(*key)
        if alert is not None and self._evaluation.suppression.hold(alert, self._now) is None:
            life.is_told = True
            del self._untold[key]
