"""Who is polled when: one timer wheel, no task per terminal."""

from collections import deque
from collections.abc import Callable, Iterable
from math import floor

from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.placement import phase
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.cadence import Cadence, Timetable
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.polling.statistics import PollStatistics, SkipReason
from monitor.domain.polling.timer_wheel import TimerWheel
from monitor.ports.clock import Clock
from monitor.ports.collector import Collectors, HeartbeatClient, PollTarget

TICK_S = 0.02
FIRST_ROUND_PER_S = 500
"""A start polls everybody once at about this rate, then each terminal at its own phase."""

RECHECK_OVER_S = 2.0
SLOW_S = 60.0
"""Polled so seldom, a site would be seen to be down after the first of its terminals is."""

DOWN_SHARE = 0.75
"""Of `concurrency`, the most that polls of terminals take that are down: who hangs is not to keep out
who answers."""

MAKE_UP_S = 10.0
MAKE_UP_SHARE = 1 / 8
"""What the client shed is made up for within this share of an interval, or MAKE_UP_S if that is longer."""

_GOLDEN_RATIO = 0.6180339887498949
_ROUNDING = 1e-6

Listener = Callable[[WatchedTerminal, PollResult, Instant], None]


class _Appointment(PollTarget):
    """A terminal's place in the schedule. `due` alone says when; the wheel may hold stale copies."""

    __slots__ = (
        "client",
        "due",
        "is_over",
        "is_running",
        "phase",
        "scheduler",
        "watched",
        "went_as_down",
    )

    def __init__(
        self,
        watched: WatchedTerminal,
        cadence: Cadence,
        due: float,
        *,
        client: HeartbeatClient,
        scheduler: "Scheduler",
    ) -> None:
        super().__init__(endpoint=watched.terminal.endpoint, cadence=cadence)
        self.watched = watched
        self.due = due
        self.phase = phase(watched.terminal.terminal_id)
        self.is_running = False
        self.is_over = False
        self.went_as_down = False
        self.client = client
        self.scheduler = scheduler

    @property
    def terminal_id(self) -> str:
        """The terminal's id in the inventory."""
        return self.watched.terminal.terminal_id

    @property
    def printer(self) -> str:
        """The address of the receipt printer beside it."""
        return self.watched.terminal.printer

    def finished(self, result: PollResult) -> None:
        """Report the result of a poll; the client calls this."""
        self.scheduler.finish(self, result)


class Scheduler:
    """Starts polls when they are due and hands their results on.

    A terminal is polled at its own phase of its interval. A poll that cannot start within an
    interval of its time is skipped and counted; none is ever queued twice, and at most
    `concurrency` run at once. Terminals that are down have DOWN_SHARE of these places; a poll of
    theirs that finds none free is shed and counted. What the client sheds is made up for soon.
    Each tick takes the terminals from `rechecks`.
    """

    def __init__(
        self,
        *,
        collectors: Collectors,
        clock: Clock,
        timetable: Timetable,
        concurrency: int,
        statistics: PollStatistics,
        rechecks: RecheckQueue,
        listener: Listener,
    ) -> None:
        self.timetable = timetable
        self.concurrency = concurrency
        self.in_flight = 0
        self.last_tick = clock.monotonic()
        self._collectors = collectors
        self._clock = clock
        self._statistics = statistics
        self._rechecks = rechecks
        statistics.last_finished = clock.monotonic()
        self._listener = listener
        self._wheel: TimerWheel[_Appointment] = TimerWheel(tick_s=TICK_S, start=clock.monotonic())
        self._appointments: dict[str, _Appointment] = {}
        self._waiting: deque[_Appointment] = deque()
        self._down_in_flight = 0
        self._shed_polls = 0

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            await self._clock.sleep(TICK_S)
            self.tick()

    def tick(self) -> None:
        """Start everything that is due now."""
        now = self.last_tick = self._clock.monotonic()
        if not self._rechecks.is_empty:
            self._recheck(now)
        for appointment in self._wheel.due(now):
            # A rechecked or changed terminal leaves an older place in the wheel behind.
            if appointment.is_over or appointment.is_running or appointment.due > now:
                continue
            self._start_or_wait(appointment, now)
        if not self.in_flight and not self._waiting:
            self._statistics.last_finished = (
                now  # nothing is left to do: few terminals, asked seldom, are no stall
            )

    def add(self, terminals: Iterable[WatchedTerminal], *, among: int = 0) -> None:
        """Begin to poll terminals: once soon, spread out, then each at its phase.

        The first round lasts as long as a fleet takes that has at least `among` terminals in the end.
        """
        newcomers = list(terminals)
        now = self._clock.monotonic()
        first_round_s = 1 + max(among, len(self._appointments) + len(newcomers)) / FIRST_ROUND_PER_S
        for watched in newcomers:
            cadence = self.timetable.cadence_of(watched.terminal)
            spread_s = phase(watched.terminal.terminal_id) * min(cadence.interval_s, first_round_s)
            self._appoint(watched, cadence, now + spread_s)

    def remove(self, terminal_id: str) -> None:
        """Stop polling a terminal; the result of a poll under way is dropped."""
        appointment = self._appointments.pop(terminal_id, None)
        if appointment is None:
            return
        appointment.is_over = True
        appointment.client.forget(appointment)
        if appointment.is_running:
            # Its poll is dropped without a result: the place is free now, not at its timeout.
            self._leave_place(appointment)
            self._start_waiting(self._clock.monotonic())

    def change(self, watched: WatchedTerminal) -> None:
        """Follow a terminal's new endpoint or cadence; its next poll stays where it was."""
        terminal = watched.terminal
        old = self._appointments.get(terminal.terminal_id)
        cadence = self.timetable.cadence_of(terminal)
        if old is None:
            return
        is_as_before = old.cadence == cadence and old.endpoint == terminal.endpoint
        if is_as_before and old.client is self._client_of(terminal):
            return
        now = self._clock.monotonic()
        self.remove(terminal.terminal_id)
        self._appoint(watched, cadence, min(max(old.due, now), now + cadence.interval_s))

    def _recheck(self, now: float) -> None:
        """Poll terminals again within moments, spread out: an outage of theirs may have begun or ended."""
        soon, if_slow = self._rechecks.drain()
        for terminal in (*soon, *filter(self._is_slow, if_slow)):
            appointment = self._appointments.get(terminal.terminal_id)
            due = now + phase(terminal.terminal_id) * RECHECK_OVER_S
            if appointment is not None and not appointment.is_running and appointment.due > due:
                appointment.due = due
                self._wheel.add(appointment, at=due)

    def _is_slow(self, terminal: Terminal) -> bool:
        appointment = self._appointments.get(terminal.terminal_id)
        return appointment is not None and appointment.cadence.interval_s >= SLOW_S

    def finish(self, appointment: _Appointment, result: PollResult) -> None:
        """Take a result from the client, hand it on and make the next appointment."""
        now = self._clock.now()
        self._leave_place(appointment)
        if result.outcome is Outcome.SHED:
            self._statistics.skipped[SkipReason.SHED] += 1
        else:
            self._statistics.last_finished = now.monotonic
            if result.outcome is not Outcome.AWAITED:
                self._statistics.count(result)
        try:
            self._listener(appointment.watched, result, now)
        finally:
            # Whatever the listener raises, the terminal is polled again.
            if result.outcome is Outcome.SHED:
                self._make_up(appointment, now.monotonic)
            else:
                self._make_next(appointment, now.monotonic)
            if self._waiting:
                self._start_waiting(now.monotonic)

    def _start_or_wait(self, appointment: _Appointment, now: float) -> None:
        # Each poll of a silent terminal holds its place for a whole timeout: those must not take all places.
        if self._down_in_flight >= DOWN_SHARE * self.concurrency and appointment.watched.is_down:
            self._shed(appointment, now)
        elif self.in_flight < self.concurrency:
            self._start(appointment, now)
        else:
            self._waiting.append(appointment)

    def _start_waiting(self, now: float) -> None:
        while self._waiting and self.in_flight < self.concurrency:
            appointment = self._waiting.popleft()
            if not appointment.is_over:
                self._start_or_wait(appointment, now)

    def _start(self, appointment: _Appointment, now: float) -> None:
        lateness_s = max(0.0, now - appointment.due)
        self._statistics.lateness.observe(lateness_s)
        if lateness_s > appointment.cadence.interval_s:
            self._statistics.skipped[SkipReason.LATE] += 1
            self._make_next(appointment, now)
            return
        self._take_place(appointment)
        appointment.client.begin(appointment, appointment.finished)

    def _take_place(self, appointment: _Appointment) -> None:
        appointment.is_running = True
        appointment.went_as_down = appointment.watched.is_down
        self.in_flight += 1
        self._down_in_flight += appointment.went_as_down

    def _leave_place(self, appointment: _Appointment) -> None:
        appointment.is_running = False
        self.in_flight -= 1
        self._down_in_flight -= appointment.went_as_down

    def _shed(self, appointment: _Appointment, now: float) -> None:
        """Leave a poll out, and make the next one sooner by as much as half an interval.

        By how much differs from one poll to the next: at their old distances from each other the same
        terminals would find no place for ever.
        """
        self._statistics.skipped[SkipReason.SHED] += 1
        self._shed_polls += 1
        sooner = self._shed_polls * _GOLDEN_RATIO % 1 / 2
        appointment.due = now - sooner * appointment.cadence.interval_s
        self._make_next(appointment, now)

    def _make_up(self, appointment: _Appointment, now: float) -> None:
        """Try again soon: the poll was not made, and an interval may be long.

        The pauses differ, as in `_shed`, so that polls that found no place do not come back together.
        """
        if appointment.is_over:
            return
        self._shed_polls += 1
        interval_s = appointment.cadence.interval_s
        within_s = min(interval_s, max(MAKE_UP_S, interval_s * MAKE_UP_SHARE))
        appointment.due = now + within_s * (1 + self._shed_polls * _GOLDEN_RATIO % 1) / 2
        self._wheel.add(appointment, at=appointment.due)

    def _appoint(self, watched: WatchedTerminal, cadence: Cadence, due: float) -> None:
        client = self._client_of(watched.terminal)
        appointment = _Appointment(watched, cadence, due, client=client, scheduler=self)
        self._appointments[watched.terminal.terminal_id] = appointment
        self._wheel.add(appointment, at=due)

    def _client_of(self, terminal: Terminal) -> HeartbeatClient:
        return self._collectors.of(terminal.endpoint, printer=terminal.printer)

    def _make_next(self, appointment: _Appointment, now: float) -> None:
        if appointment.is_over:
            return
        watched, cadence = appointment.watched, appointment.cadence
        if watched.failures:
            down_s = now - watched.unreachable_since.monotonic
            delay_s = cadence.delay_s(failures=watched.failures, down_s=down_s)
            following = appointment.due + delay_s
        else:
            delay_s = cadence.interval_s
            following = _at_phase(appointment.due + delay_s, delay_s, appointment.phase)
        if following <= now:
            missed = int((now - following) // delay_s) + 1
            self._statistics.skipped[SkipReason.STILL_RUNNING] += missed
            following += missed * delay_s
        appointment.due = following
        self._wheel.add(appointment, at=following)


def _at_phase(at: float, interval_s: float, share: float) -> float:
    """Return the latest moment not after `at` that lies `share` (0-1) into an interval."""
    intervals = floor(at / interval_s - share + _ROUNDING)
    return (intervals + share) * interval_s
