"""Everything at once: hostile terminals, callers and receivers. `make hostile` makes it large."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from monitor.adapters.system import SystemClock
from monitor.simulator.fleet import make_sites, make_terminals
from monitor.simulator.scenario_file import load_scenario
from tests.faults.attackers import attackers
from tests.faults.bad_receivers import bad_receivers
from tests.faults.neighbourhood import MOST_LATE_SHARE, Lateness, Process
from tests.integration.daemon.process import DaemonProcess, daemon, write_settings

SCENARIO = Path(__file__).with_name("hostile_fleet.yaml")
TERMINALS = int(os.environ.get("HOSTILE_TERMINALS", "200"))
SECONDS = float(os.environ.get("HOSTILE_SECONDS", "8"))
POLLING = {"interval": "5s", "timeout": "2s"} if TERMINALS > 500 else {"interval": "1s", "timeout": "500ms"}
MOST_MIB = 256
STARVED_SHARE = 0.05
"""Where the daemon waits longer than this for a processor, it is the machine that makes polls late."""


@asynccontextmanager
async def hostile_fleet(folder: Path) -> AsyncIterator[Path]:
    """Run the simulator and yield the inventory of its terminals."""
    inventory, ready = folder / "inventory.csv", folder / "ready.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "simulate", "--terminals", str(TERMINALS),
        "--scenario", str(SCENARIO), "--inventory-out", str(inventory), "--ready-file", str(ready),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            while not ready.exists():
                assert process.returncode is None
                await asyncio.sleep(0.1)  # noqa: TID251 - another process has no event for us
        yield inventory
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def healthy_ids() -> set[str]:
    """Return the ids of the terminals that the scenario leaves alone, as the simulator deals it out."""
    fleet = make_terminals(tuple(make_sites(TERMINALS, seed=1)), seed=1)
    load_scenario(SCENARIO).assign(fleet, seed=1)
    return {terminal.terminal_id for terminal in fleet if not terminal.incidents}


class Operator:
    """Somebody who only wants to know how things are; `slowest_s` is the longest it took."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.slowest_s = 0.0
        self.answers = 0

    async def ask(self, seconds: float) -> None:
        """Ask for `/-/healthy` over a new connection twice a second; it must answer, in time."""
        clock = SystemClock()
        end = clock.monotonic() + seconds
        while (began := clock.monotonic()) < end:
            async with (
                ClientSession(timeout=ClientTimeout(total=20)) as session,
                session.get(f"{self._url}/-/healthy") as answer,
            ):
                assert answer.status == 200, await answer.text()
            self.answers += 1
            self.slowest_s = max(self.slowest_s, clock.monotonic() - began)
            await asyncio.sleep(0.5)  # noqa: TID251 - twice a second


async def samples_of(posmon: DaemonProcess) -> list[Sample]:
    """Return all samples of the metrics page."""
    families = text_string_to_metric_families(await posmon.text("/metrics"))
    return [sample for family in families for sample in family.samples]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of it, for people to read."""

    terminals: int = TERMINALS
    healthy: int
    visits_of_attackers: int
    polls: int
    late: float
    starved: float
    peak_mib: float
    slowest_answer_s: float


async def test_everything_at_once_costs_no_healthy_terminal_its_turn(tmp_path: Path) -> None:
    """Polls stay in time, `/-/healthy` answers, memory stays below 256 MiB, and nobody healthy is accused."""
    healthy = healthy_ids()
    async with hostile_fleet(tmp_path), bad_receivers() as bad:
        alerting = {"alertmanagers": [receiver.url for receiver in bad.receivers.values()]}
        async with daemon(write_settings(tmp_path, polling=POLLING, alerting=alerting)) as posmon:
            process, operator = Process(posmon.process.pid), Operator(posmon.url)
            before, starved_s = Lateness.of(await samples_of(posmon)), process.starved_s()
            async with attackers(int(posmon.url.rpartition(":")[2]), sorted(healthy)) as them:
                await operator.ask(SECONDS)
            samples = await samples_of(posmon)
            after = Lateness.of(samples)
            figures = Figures(
                healthy=len(healthy),
                visits_of_attackers=them.visits,
                polls=int(after.polls - before.polls),
                late=after.share_since(before),
                starved=(process.starved_s() - starved_s) / SECONDS,
                peak_mib=process.figure("VmHWM") / 1024,
                slowest_answer_s=operator.slowest_s,
            )
            sys.stdout.write(f"\n{figures}\n")
            up = {s.labels["terminal_id"] for s in samples if s.name == "posmon_terminal_up" and s.value}
            accused = {who for _, who in await posmon.firing()} & healthy
    assert figures.peak_mib <= MOST_MIB, figures
    assert figures.late <= MOST_LATE_SHARE or figures.starved > STARVED_SHARE, figures
    assert healthy <= up, (figures, healthy - up)
    assert not accused, (figures, accused)
