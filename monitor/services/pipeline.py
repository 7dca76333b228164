"""From poll results to committed transitions, in batches."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf

import structlog

from monitor.domain.alerts.alert import Alert, AlertState, Severity, Transition
from monitor.domain.detectors.index import OUTAGES
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.notification.outbox import OutboxChanges
from monitor.domain.persistence.record import JournalEntry, Record, Remembered
from monitor.domain.persistence.restoration import unheard
from monitor.domain.polling.poll_result import PollResult
from monitor.domain.self_monitoring.fleet_trend import Sample
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.domain.suppression.suppression import suppressor
from monitor.ports.clock import Clock
from monitor.ports.store import Store

TICK_S = 0.25
PORTION = 500
"""So many transitions are committed and told before polls and requests get a turn."""

TERMINALS_PORTION = 500
SAVE_EVERY_S = 1.0
"""What makes no transition is saved no more often than this, and with the transitions."""

RECORD_EVERY_S = 60.0
"""A record is made at least this often: what a crash takes from a hold is the time since the last one."""

HASTEN_EVERY_S = 10.0
STALL_S = 3.0
"""A tick so late means that the whole process stood still: a frozen machine, a debugger."""

_WORRYING = frozenset({Severity.CRITICAL, Severity.WARNING})

log = structlog.get_logger()


def _leave(_terminals: Sequence[Terminal]) -> None:
    """Leave them to their turn."""


class Pipeline:
    """Evaluates results as they come and tells of transitions once they are committed.

    `tell` hears what receivers should: of each committed batch, what has resolved, and what has
    fired without being suppressed. `hasten` is given the terminals still down of a site or
    fleet of which one has just come back, or whose outage is over: the others are likely back as
    well; `suspect` those of a site of which one has just gone down. Time in which the process stood
    still makes no condition older. `outboxes` says how what receivers are to be told has changed
    since it was last asked, `events` which events were counted since.
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
        suspect: Callable[[Sequence[Terminal]], None] = _leave,
        outboxes: Callable[[], Mapping[str, OutboxChanges]] = dict,
        events: Callable[[], Sequence[SeenEvent]] = tuple,
        samples: Callable[[], Sequence[Sample]] = tuple,
    ) -> None:
        self._evaluation = evaluation
        self._store = store
        self._clock = clock
        self._last_progress = last_progress
        self._tell = tell
        self._hasten = hasten
        self._suspect = suspect
        self._outboxes = outboxes
        self._events = events
        self._samples = samples
        self._record: Record | None = None
        self._committing: asyncio.Future[None] | None = None
        self._save_due = -inf
        self._record_due = -inf
        self._unheard: set[tuple[str, str]] = set()
        self._uncommitted: list[Transition] = []
        self._hastened: dict[str, float] = {}
        self._tick_due = inf
        self.last_turn = clock.monotonic()

    def restore(self, remembered: Remembered) -> None:
        """Go on from where an earlier run has left off; before the first inventory."""
        self._evaluation.restore(remembered, self._clock.now())
        self._unheard = unheard(remembered)

    async def run(self) -> None:
        """Let time pass for the rules and commit what has happened, until cancelled."""
        while True:
            self._tick_due = self._clock.monotonic() + TICK_S
            await self._clock.sleep(TICK_S)
            self.tick()
            self._tick_due = inf  # however long the store takes, polls are heard meanwhile
            await self.commit(within_s=TICK_S)
            self.last_turn = self._clock.monotonic()

    def accept(self, watched: WatchedTerminal, result: PollResult, now: Instant) -> None:
        """Take in one finished poll."""
        self._notice_stall(now)
        was_down = watched.is_down
        self.add(self._evaluation.accept(watched, result, now))
        if watched.is_down is not was_down:
            self._log_move(watched, result)
            self._ask_neighbours(watched, now)

    def add(self, transitions: Sequence[Transition]) -> None:
        """Take in transitions that a reload has made."""
        self._uncommitted += transitions
        for step in transitions:
            if step.alertname in OUTAGES.values() and step.state is AlertState.RESOLVED:
                self._outage_over(step)

    def uplinks_probed(self, answers: Mapping[str, bool], now: Instant) -> None:
        """Take in which uplink probes answered."""
        self._notice_stall(now)
        self.add(self._evaluation.uplinks_probed(answers, now))

    def tick(self) -> None:
        """Let the rules see that time has passed."""
        now = self._clock.now()
        self._notice_stall(now)
        progress = PollingProgress(silent_s=now.monotonic - self._last_progress())
        self.add(self._evaluation.tick(now, progress))
        for alertname, error in self._evaluation.drain_failures():
            log.error("alert.not_explained", alertname=alertname, exc_info=error)

    async def commit(self, *, at_once: bool = False, within_s: float = inf) -> None:
        """Make what has happened durable, then tell of it, portion by portion.

        Beside transitions, what else is to be saved is, when it is due or, with `at_once`, now; what of it is
        not begun `within_s` is left for the next time. A commit torn away from is waited for by the next.
        """
        if at_once:
            self._save_due = -inf
        ends_at = self._clock.monotonic() + within_s
        while record := self._record or self._next_record():
            self._record = record
            await self._commit(record)
            self._record = None
            del self._uncommitted[: len(record.steps)]
            for step in record.steps:
                _log_step(step)
            self._tell([step.transition for step in record.steps if step.told])
            await self._clock.sleep(0)
            if self._clock.monotonic() >= ends_at and not self._uncommitted:
                return

    async def finish(self) -> None:
        """Make durable all that a later run is to know, when nothing happens any more."""
        for watched in self._evaluation.fleet:
            self._evaluation.dirty.mark(watched)
        await self.commit(at_once=True)

    async def _commit(self, record: Record) -> None:
        if self._committing is None:
            self._committing = asyncio.ensure_future(self._store.commit(record))
        try:
            await asyncio.shield(self._committing)
        except asyncio.CancelledError:
            raise  # the commit goes on, or is done: the next call hears of it
        except BaseException:
            self._committing = None
            raise
        self._committing = None

    def _next_record(self) -> Record | None:
        """Return what is to be made durable next, None when nothing is, or when it is not yet due."""
        now = self._clock.now()
        steps = [self._step(transition) for transition in self._uncommitted[:PORTION]]
        if not steps and now.monotonic < self._save_due:
            return None
        unsaved, outboxes = self._evaluation.dirty, self._outboxes()
        record = Record(
            at=now,
            steps=steps,
            alerts=self._turned_alerts(),
            terminals=unsaved.take(TERMINALS_PORTION, now),
            forgotten=unsaved.take_forgotten(),
            events=self._events(),
            outboxes=outboxes,
            samples=self._samples(),
        )
        if now.monotonic >= self._record_due or _says_something(record):
            self._record_due = now.monotonic + RECORD_EVERY_S
            return record
        self._save_due = now.monotonic + SAVE_EVERY_S
        return None

    def _turned_alerts(self) -> list[Alert]:
        # What has taken a step that is not durable yet is saved with that.
        stepping = {(step.alertname, step.subject) for step in self._uncommitted}
        return [alert for alert in self._evaluation.book.take_turned() if alert.key not in stepping]

    def tellable(self) -> list[Alert]:
        """Return the alerts receivers should believe now: firing, committed, not suppressed."""
        uncommitted = {(step.alertname, step.subject) for step in self._uncommitted}
        return [
            alert
            for alert in self._evaluation.book
            if alert.state is AlertState.FIRING
            and alert.key not in uncommitted
            and not self._is_suppressed(alert)
            and not self._is_unheard(alert)
        ]

    def _notice_stall(self, now: Instant) -> None:
        late_s = now.monotonic - self._tick_due
        if late_s > STALL_S:
            self._tick_due = now.monotonic
            log.warning("daemon.stalled", seconds=round(late_s, 1))
            self._evaluation.stalled(late_s, now)

    def _is_suppressed(self, alert: Alert) -> bool:
        return suppressor(alert, book=self._evaluation.book, fleet=self._evaluation.fleet) is not None

    def _is_unheard(self, alert: Alert) -> bool:
        """Tell whether an alert was suppressed in the run before, and its terminal was not heard of since."""
        if alert.key not in self._unheard:
            return False
        watched = self._evaluation.fleet.get(alert.subject)
        if watched is not None:
            last_heard = watched.last_poll if watched.terminal.is_polled else watched.reading
            if last_heard is None:
                return True
        self._unheard.discard(alert.key)
        return False

    def _step(self, transition: Transition) -> JournalEntry:
        watched = self._evaluation.fleet.get(transition.subject)
        if watched is not None:
            self._evaluation.dirty.mark(watched)
        alert = self._evaluation.book.find(transition.alertname, transition.subject)
        if transition.state is AlertState.FIRING:
            is_told = alert is None or not self._is_suppressed(alert)
        else:
            is_told = transition.state is AlertState.RESOLVED
        return JournalEntry(transition=transition, alert=replace(alert) if alert else None, told=is_told)

    def _ask_neighbours(self, watched: WatchedTerminal, now: Instant) -> None:
        """Find out soon whether others have come back as well, or gone."""
        if watched.is_down:
            site = self._evaluation.fleet.sites.get(watched.terminal.site)
            if site is not None and self._may_hasten(f"{site.name} suspected", now):
                self._suspect([member.terminal for member in site.members.values() if not member.is_down])
            return
        for group in self._evaluation.outages_of(watched):
            if self._may_hasten(group.name, now):
                self._hasten_members(group)

    def _outage_over(self, step: Transition) -> None:
        group = self._evaluation.fleet.groups.find(step.subject)
        if group is not None:
            self._hasten_members(group)

    def _hasten_members(self, group: Outage) -> None:
        self._hasten([member.terminal for member in group.members.values() if member.is_down])

    def _may_hasten(self, name: str, now: Instant) -> bool:
        if now.monotonic - self._hastened.get(name, -inf) < HASTEN_EVERY_S:
            return False
        self._hastened[name] = now.monotonic
        return True

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


def _says_something(record: Record) -> bool:
    is_told_of = any(changes.put or changes.forgotten for changes in record.outboxes.values())
    is_known = any((record.steps, record.alerts, record.terminals, record.forgotten, record.events))
    return is_told_of or is_known or bool(record.samples)


def _log_step(step: JournalEntry) -> None:
    transition = step.transition
    if transition.state is AlertState.FIRING:
        # In a large outage nobody finds the one line that matters among thousands that it explains.
        say = log.warning if step.told and transition.severity in _WORRYING else log.info
        say("alert.fired", **_fields(transition))
    elif transition.state is AlertState.RESOLVED:
        log.info("alert.resolved", **_fields(transition))


def _fields(transition: Transition) -> dict[str, str]:
    return {**transition.labels, "summary": transition.annotations.get("summary", "")}
