"""A daemon whose log the test does not read, found by its port."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from monitor.adapters.system import SystemClock
from monitor.cli.run.demo import free_port
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import write_inventory, write_settings

WITHIN_S = 20.0
PAUSE_S = 0.05
TERMINALS = 5


class Launched:
    """A running `posmon run`."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, session: aiohttp.ClientSession) -> None:
        self.process = process
        self._url = url
        self._session = session

    async def is_ready(self) -> bool:
        """Tell whether it answers and polls."""
        try:
            return await self.status_of("/-/ready") == 200
        except aiohttp.ClientError:
            return False

    async def status_of(self, path: str) -> int:
        """Return the status code that `path` answers."""
        async with self._session.get(self._url + path) as response:
            return response.status

    async def value(self, name: str, **labels: str) -> float:
        """Return a sample of the metrics page."""
        async with self._session.get(f"{self._url}/metrics") as response:
            text = await response.text()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        found = [one for one in samples if one.name == name and labels.items() <= one.labels.items()]
        assert found, name
        return float(found[0].value)

    async def until_ready(self) -> None:
        """Wait until it polls; the failure has the exit code."""
        async with asyncio.timeout(WITHIN_S):
            while not await self.is_ready():
                assert self.process.returncode is None, self.process.returncode
                await pause()

    async def until_polled(self, times: float) -> None:
        """Wait for so many more polls."""
        before = await self.value("posmon_polls_total", result="ok")
        async with asyncio.timeout(WITHIN_S):
            while await self.value("posmon_polls_total", result="ok") < before + times:
                await pause()

    async def stopped(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        async with asyncio.timeout(WITHIN_S):
            return await self.process.wait()


async def pause() -> None:
    """Let another process get on."""
    await asyncio.sleep(PAUSE_S)  # noqa: TID251 - another process has no event for us


@asynccontextmanager
async def launched(
    folder: Path,
    *,
    within: Sequence[str] = (),
    stderr: int | IO[Any] = asyncio.subprocess.DEVNULL,
    stdout: int | IO[Any] = asyncio.subprocess.DEVNULL,
    **sections: Any,
) -> AsyncIterator[Launched]:
    """Start a daemon over a few simulated terminals; it may not be ready yet.

    `within` is a command that runs the one behind it in its own place. `sections` are the configuration's.
    """
    port = free_port()
    sections.setdefault("web", {"listen": f"127.0.0.1:{port}"})
    async with SimulatedFleet(clock=SystemClock(), terminals=TERMINALS) as fleet:
        write_inventory(folder / "inventory.csv", fleet.inventory)
        config = write_settings(folder, **sections)
        process = await asyncio.create_subprocess_exec(
            *within, sys.executable, "-m", "monitor", "run", "--config", str(config),
            stderr=stderr, stdout=stdout,
        )  # fmt: skip
        async with aiohttp.ClientSession() as session:
            try:
                yield Launched(process, f"http://127.0.0.1:{port}", session)
            finally:
                if process.returncode is None:
                    process.kill()
                await process.wait()
