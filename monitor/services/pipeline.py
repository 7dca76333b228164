"""From poll results to committed transitions, in batches."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

import structlog

from monitor.domain.alert import Alert, AlertState, Severity, Transition
from monitor.domain.evaluation import Evaluation
from monitor.domain.instant import Instant
from monitor.domain.outcome import PollResult
from monitor.domain.progress import Progress
from monitor.domain.record import Record, Step
from monitor.domain.suppression import suppressor
from monitor.domain.terminal import Terminal
from monitor.domain.watched_terminal import WatchedTerminal
from monitor.ports.clock import Clock
from monitor.ports.store import Store

TICK_S = 0.25
PORTION = 500
"""So many transitions are committed and told before polls and requests get a turn."""

HASTEN_EVERY_S = 10.0
STALL_S = 3.0
"""A tick so late means that the whole process stood still: a frozen machine, a debugger."""

_WORRYING = frozenset({Severity.CRITICAL, Severity.WARNING})

log = structlog.get_logger()


class Pipeline:
    """Evaluates results as they come and tells of transitions once they are committed.

    `tell` hears what receivers should: of each committed batch, what has resolved, and what has
    fired without being suppressed. `hasten` is given the terminals still down of a site or
    fleet of which one has just come back: the others are likely back as well. Time in which the
    process stood still makes no condition older.
    """

    def __init__(
        self,
        *,
        evaluation: Evaluation,
        store: Store,
        clock: Clock,
        last_progress: Callable[[], float],
        tell: Callable[[Sequence[Transition]], None],
        hasten: Callable[[Sequence[Terminal]], None],
    ) -> None:
        self._evaluation = evaluation
        self._store = store
        self._clock = clock
        self._last_progress = last_progress
        self._tell = tell
        self._hasten = hasten
        self._uncommitted: list[Transition] = []
        self._hastened: dict[str, float] = {}
        self._tick_due = inf
        self.last_turn = clock.monotonic()

    async def run(self) -> None:
        """Let time pass for the rules and commit what has happened, until cancelled."""
        while True:
            self._tick_due = self._clock.monotonic() + TICK_S
            await self._clock.sleep(TICK_S)
            self.tick()
            self._tick_due = inf  # however long the store takes, polls are heard meanwhile
            await self.commit()
            self.last_turn = self._clock.monotonic()

    def accept(self, watched: WatchedTerminal, result: PollResult, now: Instant) -> None:
        """Take in one finished poll."""
        self._notice_stall(now)
        was_down = watched.is_down
        self.add(self._evaluation.accept(watched, result, now))
        if watched.is_down is not was_down:
            self._log_move(watched, result)
            if was_down:
                self._hasten_siblings(watched, now)

    def add(self, transitions: Sequence[Transition]) -> None:
        """Take in transitions that a reload or a probe has made."""
        self._uncommitted += transitions

    def tick(self) -> None:
        """Let the rules see that time has passed."""
        now = self._clock.now()
        self._notice_stall(now)
        progress = Progress(silent_s=now.monotonic - self._last_progress())
        self.add(self._evaluation.tick(now, progress))

    async def commit(self) -> None:
        """Make what has happened durable, then tell of it, portion by portion."""
        while portion := tuple(self._uncommitted[:PORTION]):
            steps = [self._step(transition) for transition in portion]
            await self._store.commit(Record(at=self._clock.now(), steps=steps))
            del self._uncommitted[: len(portion)]
            for transition in portion:
                _log_transition(transition)
            self._tell([step.transition for step in steps if step.told])
            await self._clock.sleep(0)

    def tellable(self) -> list[Alert]:
        """Return the alerts receivers should believe now: firing, committed, not suppressed."""
        uncommitted = {(step.alertname, step.subject) for step in self._uncommitted}
        return [
            alert
            for alert in self._evaluation.book
            if alert.state is AlertState.FIRING
            and alert.key not in uncommitted
            and not self._is_suppressed(alert)
        ]

    def _notice_stall(self, now: Instant) -> None:
        late_s = now.monotonic - self._tick_due
        if late_s > STALL_S:
            self._tick_due = now.monotonic
            log.warning("daemon.stalled", seconds=round(late_s, 1))
            self._evaluation.stalled(late_s, now)

    def _is_suppressed(self, alert: Alert) -> bool:
        return suppressor(alert, book=self._evaluation.book, fleet=self._evaluation.fleet) is not None

    def _step(self, transition: Transition) -> Step:
        alert = self._evaluation.book.find(transition.alertname, transition.subject)
        if transition.state is AlertState.FIRING:
            is_told = alert is None or not self._is_suppressed(alert)
        else:
            is_told = transition.state is AlertState.RESOLVED
        return Step(transition=transition, alert=replace(alert) if alert else None, told=is_told)

    def _hasten_siblings(self, watched: WatchedTerminal, now: Instant) -> None:
        for group in self._evaluation.outages_of(watched):
            if now.monotonic - self._hastened.get(group.name, -inf) >= HASTEN_EVERY_S:
                self._hastened[group.name] = now.monotonic
                self._hasten([member.terminal for member in group.members.values() if member.is_down])

    def _log_move(self, watched: WatchedTerminal, result: PollResult) -> None:
        terminal = watched.terminal
        if watched.is_down:
            log.info(
                "poll.failed",
                terminal_id=terminal.terminal_id,
                site=terminal.site,
                result=result.outcome.value,
                detail=result.detail,
            )
        else:
            log.info("poll.recovered", terminal_id=terminal.terminal_id, site=terminal.site)


def _log_transition(transition: Transition) -> None:
    if transition.state is AlertState.FIRING:
        say = log.warning if transition.severity in _WORRYING else log.info
        say("alert.fired", **_fields(transition))
    elif transition.state is AlertState.RESOLVED:
        log.info("alert.resolved", **_fields(transition))


def _fields(transition: Transition) -> dict[str, str]:
    return {**transition.labels, "summary": transition.annotations.get("summary", "")}
