import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise

from msgspec.structs import replace

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.inventory.selector import Selector
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.cadence import Cadence, CadenceOverride, Timetable
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.polling.statistics import PollStatistics, SkipReason
from monitor.ports.collector import PollTarget
from monitor.services.scheduler import FIRST_ROUND_PER_S, MAKE_UP_SHARE, RECHECK_OVER_S, TICK_S, Scheduler
from tests.fakes import FakeClock, FakeHeartbeatClient, loop_settled
from tests.running import running

INTERVAL_S = 10.0


class Stage:
    """A scheduler with a hand-turned clock and terminals that answer at once."""

    def __init__(
        self,
        *,
        concurrency: int = 1000,
        timetable: Timetable | None = None,
        clock: FakeClock | None = None,
        client: FakeHeartbeatClient | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.client = client or FakeHeartbeatClient(_good)
        self.statistics = PollStatistics()
        self.heard: list[tuple[str, Instant]] = []
        self.rechecks = RecheckQueue()
        self.scheduler = Scheduler(
            collectors=self.client,
            clock=self.clock,
            timetable=timetable or Timetable(Cadence(interval_s=INTERVAL_S, timeout_s=5.0)),
            concurrency=concurrency,
            statistics=self.statistics,
            rechecks=self.rechecks,
            listener=self._hear,
        )

    def watch(self, *terminals: Terminal) -> list[WatchedTerminal]:
        """Begin to poll terminals."""
        rules = RuleBook()
        now = self.clock.now()
        watched = [WatchedTerminal(one, rules=rules.for_terminal(one), now=now) for one in terminals]
        self.scheduler.add(watched)
        return watched

    def times_of(self, terminal_id: str) -> list[float]:
        """Return when results of a terminal were heard."""
        return [at.monotonic for heard, at in self.heard if heard == terminal_id]

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Run the scheduler for the length of a block."""
        async with running(self.scheduler.run()):
            yield

    def _hear(self, watched: WatchedTerminal, result: PollResult, now: Instant) -> None:
        watched.absorb(result, now, clock_skew_s=None, steady=True)
        self.heard.append((watched.terminal.terminal_id, now))


def _good(target: PollTarget) -> PollResult:
    return PollResult(Outcome.OK, 0.001, Reading(terminal_id=target.endpoint.rsplit("/", 1)[-1]))


def _bad(_target: PollTarget) -> PollResult:
    return PollResult(Outcome.TIMEOUT, 5.0, None, "no answer within 5 s")


def _terminal(number: int, **fields: str) -> Terminal:
    terminal_id = str(10_000_000 + number)
    return replace(Terminal(terminal_id=terminal_id, endpoint=f"http://192.0.2.1/{terminal_id}"), **fields)


def _terminals(count: int) -> Iterable[Terminal]:
    return map(_terminal, range(count))


async def test_everybody_is_polled_once_per_interval() -> None:
    """In every stretch of one interval each terminal is polled exactly once, at its own phase."""
    stage = Stage()
    stage.watch(*_terminals(50))
    async with stage.playing():
        await stage.clock.advance(6 * INTERVAL_S)
    for terminal in _terminals(50):
        times = stage.times_of(terminal.terminal_id)
        gaps = [later - earlier for earlier, later in pairwise(times[1:])]
        assert 5 <= len(times) <= 7
        assert all(abs(gap - INTERVAL_S) <= TICK_S for gap in gaps)


async def test_a_start_makes_no_burst() -> None:
    """The first round of many terminals is spread out to about the rate meant for it."""
    stage = Stage(timetable=Timetable(Cadence(interval_s=300.0, timeout_s=5.0)))
    stage.watch(*_terminals(3000))
    async with stage.playing():
        await stage.clock.advance(1.0)
        assert 0 < len(stage.heard) <= 1.3 * FIRST_ROUND_PER_S
        await stage.clock.advance(3000 / FIRST_ROUND_PER_S + TICK_S)
        assert len({terminal_id for terminal_id, _ in stage.heard}) == 3000


async def test_a_small_fleet_is_known_within_moments() -> None:
    """Few terminals are all polled within about a second of the start, whatever the interval."""
    stage = Stage(timetable=Timetable(Cadence(interval_s=300.0, timeout_s=5.0)))
    stage.watch(*_terminals(20))
    async with stage.playing():
        await stage.clock.advance(1.2)
    assert len(stage.heard) == 20


async def test_concurrency_is_bounded_and_waiting_is_counted_as_lateness() -> None:
    """No more than `concurrency` polls run; the rest start as places free, and are late."""
    stage = Stage(concurrency=3)
    stage.client.silent = {terminal.endpoint for terminal in _terminals(10)}
    stage.watch(*_terminals(10))
    async with stage.playing():
        await stage.clock.advance(2.0)
        assert len(stage.client.begun) == stage.scheduler.in_flight == 3
        stage.client.answer_waiting()
        assert len(stage.client.begun) == 6
        stage.client.silent.clear()
        stage.client.answer_waiting()
        await loop_settled()
    assert len(stage.client.begun) == 10
    assert stage.scheduler.in_flight == 0
    assert stage.statistics.lateness.total > 1.0


async def test_a_poll_that_could_not_start_in_time_is_skipped_not_queued_twice() -> None:
    """A terminal that waited longer than its interval is counted as late and asked at its next time."""
    stage = Stage(concurrency=1)
    first, second = _terminals(2)
    stage.client.silent = {first.endpoint, second.endpoint}
    stage.watch(first, second)
    async with stage.playing():
        await stage.clock.advance(3.5 * INTERVAL_S)
        assert len(stage.client.begun) == 1
        stage.client.silent.clear()
        stage.client.answer_waiting()
        await stage.clock.advance(INTERVAL_S)
    assert stage.statistics.skipped[SkipReason.LATE] == 1
    assert stage.statistics.skipped[SkipReason.STILL_RUNNING] >= 2
    assert len(stage.client.begun) <= 4


async def test_a_poll_longer_than_the_interval_skips_the_turns_it_missed() -> None:
    """An exchange that outlasts its interval costs the missed turns, which are counted."""
    stage = Stage()
    (terminal,) = _terminals(1)
    stage.client.silent = {terminal.endpoint}
    stage.watch(terminal)
    async with stage.playing():
        await stage.clock.advance(2.6 * INTERVAL_S)
        assert stage.client.begun == [terminal.endpoint]
        stage.client.silent.clear()
        stage.client.answer_waiting()
        await stage.clock.advance(INTERVAL_S)
    assert stage.statistics.skipped[SkipReason.STILL_RUNNING] in (2, 3)
    assert len(stage.client.begun) == 2


async def test_what_posmon_lacks_says_nothing_about_the_terminal() -> None:
    """A poll shed for want of resources is counted as skipped, not as a result."""
    stage = Stage()
    stage.client.answer = lambda _target: PollResult(Outcome.SHED, 0.0, None, "too many open files")
    stage.watch(*_terminals(1))
    async with stage.playing():
        await stage.clock.advance(1.5)
    assert stage.statistics.skipped[SkipReason.SHED] == 1
    assert not stage.statistics.results


async def test_what_was_shed_is_made_up_for_soon() -> None:
    """Not an interval later, and not all at once."""
    interval_s, count = 160.0, 50
    within_s = interval_s * MAKE_UP_SHARE
    stage = Stage(timetable=Timetable(Cadence(interval_s=interval_s, timeout_s=5.0)))
    stage.client.answer = lambda _target: PollResult(Outcome.SHED, 0.0, None, "too many handshakes")
    terminals = list(_terminals(count))
    stage.watch(*terminals)
    async with stage.playing():
        await stage.clock.advance(2.0)
        assert len(stage.heard) == count
        stage.client.answer = _good
        await stage.clock.advance(within_s + 1.0)
    pauses = []
    for terminal in terminals:
        first, second, *_ = stage.times_of(terminal.terminal_id)
        pauses.append(second - first)
    assert within_s / 2 <= min(pauses)
    assert max(pauses) <= within_s + 2 * TICK_S
    assert max(pauses) - min(pauses) > within_s / 3


class HangingClient(FakeHeartbeatClient):
    """Terminals of which those in `hanging` time out, and the rest answer at once."""

    def __init__(self, clock: FakeClock, hanging: Iterable[str]) -> None:
        super().__init__(lambda target: _bad(target) if target.endpoint in self.hanging else _good(target))
        self.hanging = frozenset(hanging)
        self.silent = set(hanging)
        self._clock = clock

    async def run(self) -> None:
        """End every poll at its deadline."""
        deadlines: dict[PollTarget, float] = {}
        while True:
            now = self._clock.monotonic()
            deadlines = {
                target: deadlines.get(target, now + target.cadence.timeout_s) for target in self._waiting
            }
            for target, at in deadlines.items():
                if at <= now:
                    self._finish(target)
            await self._clock.sleep(TICK_S)


async def test_who_hangs_does_not_keep_out_who_answers() -> None:
    """Terminals that are down share what the others leave; too many for it, their polls are shed in turn."""
    answering, hanging = [*_terminals(20)], [_terminal(number) for number in range(20, 60)]
    clock = FakeClock()
    client = HangingClient(clock, [terminal.endpoint for terminal in hanging])
    stage = Stage(concurrency=10, clock=clock, client=client)
    stage.watch(*answering, *hanging)
    async with stage.playing(), running(client.run()):
        await stage.clock.advance(4 * INTERVAL_S)
        late = stage.statistics.lateness.total
        began = len(client.begun)
        await stage.clock.advance(10 * INTERVAL_S)
    counts = Counter(client.begun[began:])
    assert all(counts[terminal.endpoint] in (10, 11) for terminal in answering)
    assert stage.statistics.lateness.total - late < TICK_S * sum(counts.values())
    assert stage.statistics.skipped[SkipReason.SHED] > 0
    assert min(counts[terminal.endpoint] for terminal in hanging) >= 1


async def test_a_failure_is_confirmed_sooner_than_a_long_interval_would() -> None:
    """After a failed poll a terminal with a five-minute interval is asked again within half a minute."""
    stage = Stage(timetable=Timetable(Cadence(interval_s=300.0, timeout_s=5.0)))
    stage.client.answer = _bad
    (terminal,) = _terminals(1)
    stage.watch(terminal)
    async with stage.playing():
        await stage.clock.advance(35.0)
    assert len(stage.heard) == 2


async def test_long_offline_terminals_are_asked_less_often_but_not_forgotten() -> None:
    """The gaps grow with the outage and stop growing at `backoff_max`."""
    cadence = Cadence(interval_s=10.0, timeout_s=5.0, backoff_after_s=60.0, backoff_max_s=100.0)
    stage = Stage(timetable=Timetable(cadence))
    stage.client.answer = _bad
    (terminal,) = _terminals(1)
    stage.watch(terminal)
    async with stage.playing():
        await stage.clock.advance(1200.0)
    times = stage.times_of(terminal.terminal_id)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert max(gaps[:5]) <= 10.0 + 2 * TICK_S
    assert max(gaps) <= 100.0 + 2 * TICK_S
    assert all(abs(gap - 100.0) <= 2 * TICK_S for gap in gaps[-5:])


async def test_overrides_set_the_pace_of_their_terminals() -> None:
    """A site with an interval of its own keeps it, and the client is told its timeout."""
    quick = CadenceOverride(selector=Selector(site="airport"), interval_s=2.0, timeout_s=1.0)
    stage = Stage(timetable=Timetable(Cadence(interval_s=INTERVAL_S, timeout_s=5.0), [quick]))
    stage.watch(_terminal(1, site="airport"), _terminal(2, site="harbour"))
    async with stage.playing():
        await stage.clock.advance(20.0)
    assert len(stage.times_of("10000001")) >= 10
    assert len(stage.times_of("10000002")) <= 3


async def test_a_removed_terminal_is_never_asked_again() -> None:
    """Removing forgets the connection, frees the place of a poll under way and ends the schedule."""
    stage = Stage(concurrency=1)
    gone, waiting = _terminals(2)
    stage.client.silent = {gone.endpoint, waiting.endpoint}
    stage.watch(gone)
    async with stage.playing():
        await stage.clock.advance(1.5)
        stage.watch(waiting)
        await stage.clock.advance(1.5)
        assert stage.client.begun == [gone.endpoint]
        stage.scheduler.remove(gone.terminal_id)
        assert stage.client.begun == [gone.endpoint, waiting.endpoint]
        await stage.clock.advance(5 * INTERVAL_S)
    assert stage.client.forgotten == [gone.endpoint]
    assert gone.endpoint not in stage.client.begun[1:]


async def test_a_changed_endpoint_is_asked_from_the_next_poll_on() -> None:
    """The old connection is forgotten; the terminal keeps its place in the schedule."""
    stage = Stage()
    (watched,) = stage.watch(*_terminals(1))
    async with stage.playing():
        await stage.clock.advance(1.5)
        old = watched.terminal.endpoint
        watched.terminal = replace(watched.terminal, endpoint=old.replace("192.0.2.1", "192.0.2.99"))
        stage.scheduler.change(watched)
        await stage.clock.advance(INTERVAL_S)
    assert stage.client.forgotten == [old]
    assert stage.client.begun == [old, watched.terminal.endpoint]


async def test_hastened_terminals_are_asked_within_moments_and_once() -> None:
    """Hastening brings the next poll forward; the old place in the wheel does nothing more."""
    stage = Stage(timetable=Timetable(Cadence(interval_s=300.0, timeout_s=5.0)))
    terminals = list(_terminals(10))
    stage.watch(*terminals)
    async with stage.playing():
        await stage.clock.advance(1.5)
        stage.rechecks.hasten(terminals)
        await stage.clock.advance(RECHECK_OVER_S + TICK_S)
        assert len(stage.heard) == 20
        await stage.clock.advance(600.0)
    for terminal in terminals:
        assert len(stage.times_of(terminal.terminal_id)) in (3, 4)


async def test_a_listener_that_fails_does_not_cost_the_terminal_its_place() -> None:
    """Even when a result cannot be taken in, the terminal is asked again."""
    stage = Stage()
    failures: list[BaseException] = []

    def break_down(_watched: WatchedTerminal, _result: PollResult, _now: Instant) -> None:
        raise RuntimeError("a detector is broken")

    scheduler = Scheduler(
        collectors=stage.client,
        clock=stage.clock,
        timetable=stage.scheduler.timetable,
        concurrency=1,
        statistics=stage.statistics,
        rechecks=stage.rechecks,
        listener=break_down,
    )
    stage.scheduler = scheduler
    stage.watch(*_terminals(1))
    async with stage.playing(), _loop_errors_into(failures):
        await stage.clock.advance(3 * INTERVAL_S)
    assert len(stage.client.begun) >= 3
    assert scheduler.in_flight == 0
    assert failures


async def test_seldom_asked_terminals_do_not_look_like_a_stall() -> None:
    """Between the polls of a five-minute interval there is nothing to do, and that counts as progress."""
    stage = Stage(timetable=Timetable(Cadence(interval_s=300.0, timeout_s=5.0)))
    stage.watch(*_terminals(1))
    async with stage.playing():
        await stage.clock.advance(200.0)
        assert stage.clock.monotonic() - stage.statistics.last_finished <= TICK_S


async def test_an_empty_fleet_counts_as_progress() -> None:
    """With nobody to poll the scheduler does not look stalled."""
    stage = Stage()
    async with stage.playing():
        await stage.clock.advance(500.0)
    assert stage.clock.monotonic() - stage.statistics.last_finished <= TICK_S


@asynccontextmanager
async def _loop_errors_into(errors: list[BaseException]) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: errors.append(context["exception"]))
    yield
    loop.set_exception_handler(None)


class Paired(FakeHeartbeatClient):
    """A collector that has another client for terminals with a printer."""

    def __init__(self) -> None:
        super().__init__(_good)
        self.beside = FakeHeartbeatClient(_good)

    def of(self, _endpoint: str, *, printer: str = "") -> FakeHeartbeatClient:
        """Return the other client where there is a printer."""
        return self.beside if printer else self


async def test_a_printer_that_comes_or_goes_changes_who_asks() -> None:
    """The client of terminals with a printer sees its address; its change needs no new appointment."""
    client = Paired()
    stage = Stage(client=client)
    (watched,) = stage.watch(_terminal(1))
    assert PollTarget(endpoint="", cadence=Cadence(interval_s=1.0, timeout_s=1.0)).printer == ""
    rules = watched.rules
    for printer, asked in (
        ("escpos://192.0.2.7", client.beside),
        ("escpos://192.0.2.8", client.beside),
        ("", client),
    ):
        watched.change(replace(watched.terminal, printer=printer), rules, stage.clock.now())
        stage.scheduler.change(watched)
        before = len(asked.begun)
        async with running(stage.scheduler.run()):
            await stage.clock.advance(INTERVAL_S + 1)
        assert len(asked.begun) > before
