"""From poll results to committed transitions, in batches."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from math import inf

import structlog

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.persistence.record import JournalEntry, Record
from monitor.domain.persistence.record_builder import RecordBuilder
from monitor.domain.polling.poll_result import PollResult
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.ports.clock import Clock
from monitor.ports.store import Store

TICK_S = 0.25
STALL_S = 3.0
"""A tick so late means that the whole process stood still: a frozen machine, a debugger."""

_WORRYING = frozenset({Severity.CRITICAL, Severity.WARNING})

log = structlog.get_logger()


class Pipeline:
    """Evaluates results as they come, commits the changes, and then has receivers notified.

    `notify` takes of each committed batch the transitions that receivers are to know: those that resolved,
    and those that fired without being suppressed. Time in which the process stood still makes no condition
    older. `polls` say when a poll last finished.
    """

    def __init__(
        self,
        *,
        evaluation: Evaluation,
        records: RecordBuilder,
        store: Store,
        clock: Clock,
        polls: PollStatistics,
        notify: Callable[[Sequence[Transition]], None],
    ) -> None:
        self._evaluation = evaluation
        self._records = records
        self._store = store
        self._clock = clock
        self._polls = polls
        self._notify = notify
        self._record: Record | None = None
        self._committing: asyncio.Future[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._tick_due = inf
        self.last_turn = clock.monotonic()

    async def run(self) -> None:
        """Evaluate the passing of time and commit all changes, until cancelled."""
        while True:
            self._tick_due = self._clock.monotonic() + TICK_S
            await self._clock.sleep(TICK_S)
            self.tick()
            self._tick_due = inf  # a slow store is no stall: polls are evaluated meanwhile
            await self.commit(within_s=TICK_S)
            self.last_turn = self._clock.monotonic()

    def accept(self, watched: WatchedTerminal, result: PollResult, now: Instant) -> None:
        """Evaluate one finished poll."""
        self._detect_stall(now)
        transitions, has_moved = self._evaluation.accept(watched, result, now)
        if transitions:  # nearly every poll of a large fleet changes nothing
            self.submit(transitions)
        if has_moved:
            _log_move(watched)

    def submit(self, transitions: Sequence[Transition]) -> None:
        """Have transitions of polls, pushes, probes or a reload committed and sent on."""
        self._records.add(transitions)

    def uplinks_probed(self, answers: Mapping[str, bool], now: Instant) -> None:
        """Evaluate the answers of the uplink probes."""
        self._detect_stall(now)
        self.submit(self._evaluation.uplinks_probed(answers, now))

    def tick(self) -> None:
        """Evaluate what only time changes."""
        now = self._clock.now()
        self._detect_stall(now)
        progress = PollingProgress(silent_s=now.monotonic - self._polls.last_finished)
        self.submit(self._evaluation.tick(now, progress))
        for watched in self._evaluation.unreadable.drain_changed():
            _log_unreadable(watched)
        for alertname, error in self._evaluation.drain_failures():
            log.error("alert.not_explained", alertname=alertname, exc_info=error)

    async def saved(self) -> None:
        """Return when all that has changed until now is durable, or waits for a disk that fails."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await waiter

    async def commit(self, *, at_once: bool = False, within_s: float = inf) -> None:
        """Make all changes durable, then have receivers notified, portion by portion.

        Transitions are committed now; other changes when they are due or, with `at_once`, now. A portion
        that holds no transition and has not begun `within_s` waits for the next call. If cancelled, the next
        call awaits the commit in progress.
        """
        if at_once:
            self._records.save_at_once()
        ends_at = self._clock.monotonic() + within_s
        while record := self._next_record():
            await self._commit(record)
            self._record = None
            self._records.committed(record)
            for step in record.steps:
                _log_step(step)
            self._notify([step.transition for step in record.steps if step.told])
            await self._clock.sleep(0)
            if self._clock.monotonic() >= ends_at and not self._records.has_transitions:
                return

    async def finish(self) -> None:
        """Make durable all that a later run needs, when nothing happens any more."""
        self._records.save_whole_fleet()
        await self.commit(at_once=True)

    def _next_record(self) -> Record | None:
        """Return the record to be committed; None when nothing is left, and all that waits is durable."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._records.save_at_once()
        self._record = self._record or self._records.next_record(self._clock.now())
        if self._record is not None:
            self._waiting = waiting
            return self._record
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)
        return None

    async def _commit(self, record: Record) -> None:
        if self._committing is None:
            self._committing = asyncio.ensure_future(self._store.commit(record))
        try:
            await asyncio.shield(self._committing)
        except asyncio.CancelledError:
            raise  # the commit goes on, or is done: the next call awaits it
        except BaseException:
            self._committing = None
            raise
        self._committing = None

    def _detect_stall(self, now: Instant) -> None:
        late_s = now.monotonic - self._tick_due
        if late_s > STALL_S:
            self._tick_due = now.monotonic
            log.warning("daemon.stalled", seconds=round(late_s, 1))
            self._evaluation.stalled(late_s, now)


def _log_move(watched: WatchedTerminal) -> None:
    terminal = watched.terminal
    if watched.is_down:
        log.info(
            "poll.failed",
            terminal_id=terminal.terminal_id,
            site=terminal.site,
            result=watched.outcome.value if watched.outcome else "",
            detail=watched.detail,
        )
    else:
        log.info("poll.recovered", terminal_id=terminal.terminal_id, site=terminal.site)


def _log_step(step: JournalEntry) -> None:
    transition = step.transition
    if transition.state is AlertState.FIRING:
        # A large outage would bury the one line that matters among thousands that it explains.
        say = log.warning if step.told and transition.severity in _WORRYING else log.info
        say("alert.fired", **_fields(transition))
    elif transition.state is AlertState.RESOLVED:
        log.info("alert.resolved", **_fields(transition))


def _fields(transition: Transition) -> dict[str, str]:
    return {**transition.labels, "summary": transition.annotations.get("summary", "")}


def _log_unreadable(watched: WatchedTerminal) -> None:
    terminal, unreadable = watched.terminal, watched.unreadable
    who = {"terminal_id": terminal.terminal_id, "site": terminal.site}
    if phrases := unreadable.phrases:
        log.info("heartbeat.unreadable", **who, fields="; ".join(phrases))
    else:
        log.info("heartbeat.readable", **who)
