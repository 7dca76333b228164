"""One simulated world: the whole daemon, with everything around it drawn from a seed."""

import asyncio
import csv
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, cast

import structlog
from msgspec.structs import asdict

from monitor import app
from monitor.adapters.collectors.table import CollectorTable
from monitor.assembly.state import blank_state
from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.domain.alerts.alert import Alert
from monitor.domain.heartbeat.reading import Printer, PrinterStatus, Reading
from monitor.domain.inventory.terminal import FIELDS, Terminal
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.alert_sink import Delivery
from monitor.ports.collector import PollTarget
from tests.fakes import FakeServiceManager
from tests.simulation.disk import Disk, DiskStore
from tests.simulation.plan import END_S, FAULTS_END_S, RECEIVERS, Plan, Reload, Stop, make_plan
from tests.simulation.virtual_loop import VirtualClock, VirtualLoop

WALL_S = 1_795_222_800.0
RESTLESS = frozenset({"Watchdog", "TerminalFlapping"})
"""Alerts that may be open although all is well: the one always is, the other looks back far."""

_CONFIGURATION = """
inventory: {path: inventory.csv}
polling: {interval: 1s, timeout: 500ms, concurrency: 100, backoff_after: 5s, backoff_max: 2s}
alerting: {resend_interval: 5s}
detectors:
  TerminalOffline: {for: 3s, min_failures: 2}
  SiteOffline: {for: 2s, keep_firing_for: 3s}
  FleetUnreachable: {for: 2s, keep_firing_for: 3s}
  PaperOut: {for: 2s, keep_firing_for: 1s}
"""
_FULL, _EMPTY = Printer(status=PrinterStatus.OK), Printer(status=PrinterStatus.PAPER_OUT)


@cache
def _folder() -> Path:
    """Return this process' folder with the configuration; it goes with the machine's temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="posmon-simulation-"))
    (folder / "posmon.yaml").write_text(_CONFIGURATION, encoding="utf-8")
    return folder


@cache
def _settings() -> Settings:
    return load_settings(_folder() / "posmon.yaml", {})


def _write_inventory(terminals: Sequence[Terminal]) -> None:
    with (_folder() / "inventory.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, FIELDS)
        rows.writeheader()
        rows.writerows(asdict(terminal) for terminal in terminals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice as a receiver took it, and when."""

    at_s: float
    notice: PostableAlert


class SimulatedReceiver:
    """An Alertmanager in more or less trouble; `heard` is what it took, in order."""

    def __init__(self, name: str, world: "World") -> None:
        self.name = name
        self.heard: list[Told] = []
        self._world = world

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Take a batch, refuse it, hang, or take it and lose the answer."""
        await asyncio.sleep(self._world.dice.uniform(0.001, 0.05))  # noqa: TID251 - virtual time
        trouble = self._world.trouble_of(self.name)
        if trouble == "refuse":
            return Delivery.RETRY
        if trouble == "hang":
            await asyncio.sleep(3)  # noqa: TID251 - virtual time
            return Delivery.RETRY
        self.heard += (Told(at_s=self._world.now_s, notice=notice) for notice in notices)
        return Delivery.RETRY if trouble == "lose" else Delivery.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one poll brought: whether it was good, and if so whether paper was out."""

    at_s: float
    is_good: bool
    no_paper: bool = False


class SimulatedClient:
    """The HeartbeatClient port: terminals answer as the plan has it; `answers` are by terminal id."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._under_way: dict[PollTarget, asyncio.TimerHandle] = {}

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Answer after a while."""
        loop, dice = asyncio.get_running_loop(), self._world.dice
        terminal_id = self._world.id_at(target.endpoint)
        is_silent = self._world.is_silent(terminal_id) or dice.random() < self._world.plan.flicker
        latency_s = target.cadence.timeout_s if is_silent else dice.uniform(0.001, 0.08)
        finish = loop.call_later(latency_s, self._finish, target, terminal_id, is_silent, latency_s, done)
        self._under_way[target] = finish

    def forget(self, target: PollTarget) -> None:
        """Never answer what is under way."""
        if handle := self._under_way.pop(target, None):
            handle.cancel()

    def close(self) -> None:
        """Let nobody answer any more."""
        for handle in self._under_way.values():
            handle.cancel()
        self._under_way.clear()

    def _finish(
        self, target: PollTarget, terminal_id: str, is_silent: bool, latency_s: float,
        done: Callable[[PollResult], None],
    ) -> None:  # fmt: skip
        self._under_way.pop(target, None)
        no_paper = self._world.is_without_paper(terminal_id)
        self._world.answers.setdefault(terminal_id, []).append(
            Answer(at_s=self._world.now_s, is_good=not is_silent, no_paper=no_paper)
        )
        if is_silent:
            done(PollResult(Outcome.TIMEOUT, latency_s, None, "no answer in time"))
            return
        printer = _EMPTY if no_paper else _FULL
        done(PollResult(Outcome.OK, latency_s, Reading(terminal_id=terminal_id, printer=printer)))


class _Daemon(app._Daemon):
    """The daemon as it is composed for real, without signals."""

    def _heed_signals(self) -> None:
        pass

    @property
    def services(self) -> Any:
        return self._services

    @property
    def failed(self) -> list[str]:
        """The services that ended, none of which should have."""
        return [name for name, task in self._tasks.items() if task.done()]

    def kill(self) -> None:
        """End at once, with nothing tidied up."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks = {}

    async def _stop_in_order(self) -> None:
        if self._tasks:
            await super()._stop_in_order()

    async def _until_stopped(self) -> None:
        self._start("stop", self._stopped())
        await asyncio.get_running_loop().create_future()


class World:
    """What a seed makes of it; `live` once, then look at disk, receivers and answers."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.plan: Plan = make_plan(seed)
        self.dice = Random(f"{seed} on the way")
        self.disk = Disk()
        self.receivers = [SimulatedReceiver(name, self) for name in RECEIVERS]
        self.answers: dict[str, list[Answer]] = {}
        self.running: list[tuple[float, float]] = []
        self.most_late: list[int] = []
        self.open_at_the_end: list[Alert] = []
        self._loop = VirtualLoop(start_s=0.0)
        self._wall_s = WALL_S
        self._clock = VirtualClock(self._loop, wall_s=WALL_S)
        self._ids = {row.endpoint: row.terminal_id for row in self.plan.terminals}

    @property
    def now_s(self) -> float:
        """The world's time; it is the truth, no clock of the daemon's."""
        return self._loop.time()

    def id_at(self, endpoint: str) -> str:
        """Return which terminal answers there."""
        return self._ids[endpoint]

    def is_silent(self, terminal_id: str) -> bool:
        """Tell whether a terminal does not answer now."""
        return any(span.covers(self.now_s) for span in self.plan.silent[terminal_id])

    def is_without_paper(self, terminal_id: str) -> bool:
        """Tell whether a terminal's printer is empty now."""
        return any(span.covers(self.now_s) for span in self.plan.no_paper[terminal_id])

    def trouble_of(self, receiver: str) -> str:
        """Return what a receiver suffers from now, "" when nothing."""
        troubles = self.plan.troubles[receiver]
        return next((trouble.kind for trouble in troubles if trouble.covers(self.now_s)), "")

    def live(self) -> None:
        """Let everything happen."""
        random.seed(self.seed)  # from which the notifier spreads its retries
        with _silent_logs(), asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        _write_inventory(self.plan.terminals)
        for moment_s, jump_s in self.plan.wall_jumps:
            self._loop.call_at(moment_s, self._jump, jump_s)
        for stop in self.plan.stops:
            if stop.at_s > self.now_s:
                await self._run_until(stop)
                await asyncio.sleep(stop.pause_s)  # noqa: TID251 - virtual time
        await self._run_until(None)

    async def _run_until(self, stop: Stop | None) -> None:
        """Run the daemon from now until a stop, or to the end of the world."""
        if stop is not None and stop.reboots:
            self._clock = VirtualClock(self._loop, wall_s=self._wall_s, boot_s=self.now_s - 1.0)
        store = DiskStore(
            self.disk, clock=self._clock, world_s=lambda: self.now_s, receivers=RECEIVERS,
            latency_s=self._commit_latency_s,
        )  # fmt: skip
        client = SimulatedClient(self)
        daemon = self._compose(store, client)
        began_s = self.now_s
        serving = asyncio.ensure_future(daemon.serve())
        reloading = asyncio.ensure_future(self._reload_when_due(daemon))
        await (self._until(stop.at_s) if stop else self._until_at_rest(daemon))
        self.running.append((began_s, self.now_s))
        self.most_late.append(_most_late(daemon))
        reloading.cancel()
        assert not serving.done(), serving
        assert not daemon.failed, daemon.failed
        if stop is None:
            self.open_at_the_end = [*daemon.services.state.book]
        if stop is None or not stop.is_clean:
            store.tear(is_durable=stop is None or stop.is_durable)
            daemon.kill()
        await _ended(serving)
        client.close()

    async def _until(self, moment_s: float) -> None:
        await asyncio.sleep(max(0.0, moment_s - self.now_s))  # noqa: TID251 - virtual time

    async def _until_at_rest(self, daemon: _Daemon) -> None:
        """Wait until all is well, nothing is open and receivers wait for nothing; at most to the end."""
        await self._until(FAULTS_END_S + 15)
        while self.now_s < END_S and not self._is_at_rest(daemon):
            await self._until(self.now_s + 1)

    def _is_at_rest(self, daemon: _Daemon) -> bool:
        services = daemon.services
        names = {alert.alertname for alert in services.state.book}
        return names <= RESTLESS and not services.notifier.outbox_entries

    async def _reload_when_due(self, daemon: _Daemon) -> None:
        for reload in self.plan.reloads:
            if reload.at_s > self.now_s:
                await asyncio.sleep(reload.at_s - self.now_s)  # noqa: TID251 - virtual time
                await self._reload(daemon, reload)

    async def _reload(self, daemon: _Daemon, reload: Reload) -> None:
        _write_inventory(reload.terminals)
        await daemon.services.reloader.reload(confirm_shrink=True)

    def _compose(self, store: DiskStore, client: SimulatedClient) -> _Daemon:
        settings, manager = _settings(), FakeServiceManager()
        state = blank_state(settings, self._clock, store)
        services = app._wire(
            settings, lambda: settings, state=state, http=cast("Any", client),
            collectors=CollectorTable(
                http=cast("Any", client), others={}, lookup=cast("Any", client), sources=()
            ),
            sinks=cast("Any", self.receivers), manager=manager,
        )  # fmt: skip
        return _Daemon(services, manager)

    def _commit_latency_s(self) -> float:
        is_slow = any(span.covers(self.now_s) for span in self.plan.slow_disk)
        return self.dice.uniform(0.5, 3) if is_slow else self.dice.uniform(0.001, 0.05)

    def _jump(self, seconds: float) -> None:
        self._wall_s += seconds
        self._clock.wall_s += seconds


def _most_late(daemon: _Daemon) -> int:
    """Return the highest bucket of lateness that a poll fell into."""
    counts = daemon.services.state.polls.lateness.counts
    return max((bucket for bucket, count in enumerate(counts) if count), default=0)


async def _ended(serving: "asyncio.Future[None]") -> None:
    serving.cancel()
    await asyncio.wait({serving})


@contextmanager
def _silent_logs() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    try:
        yield
    finally:
        structlog.configure(**before)
