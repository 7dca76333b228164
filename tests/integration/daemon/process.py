"""The real daemon as a process of its own."""

import asyncio
import csv
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from msgspec.structs import asdict

from monitor.domain.inventory.terminal import FIELDS, Terminal

WITHIN_S = 20.0
QUICK = {"for": "1s"}


def write_inventory(path: Path, terminals: Iterable[Terminal]) -> None:
    """Write terminals as the CSV that operators keep."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, FIELDS)
        rows.writeheader()
        rows.writerows(asdict(terminal) for terminal in terminals)


def write_settings(folder: Path, **sections: Any) -> Path:
    """Write a configuration that polls loopback every half second, with `sections` laid over it."""
    polling = {"interval": "500ms", "timeout": "400ms", "allowed_networks": ["127.0.0.0/8"]}
    base: dict[str, Any] = {
        "inventory": {"path": "inventory.csv"},
        "web": {"listen": "127.0.0.1:0"},
        "logging": {"format": "json"},
        "polling": polling | sections.pop("polling", {}),
    }
    path = folder / "posmon.yaml"
    path.write_text(json.dumps(base | sections), encoding="utf-8")  # JSON is YAML
    return path


class DaemonProcess:
    """A running `posmon run`; `log` collects its lines."""

    def __init__(self, process: asyncio.subprocess.Process, session: aiohttp.ClientSession) -> None:
        self.process = process
        self.session = session
        self.url = ""
        self.log: list[str] = []

    async def read_log(self) -> None:
        """Collect lines until the process ends, and learn the address from them."""
        assert self.process.stderr is not None
        async for raw in self.process.stderr:
            line = raw.decode()
            self.log.append(line)
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("event") == "web.listening":
                self.url = f"http://{event['host']}:{event['port']}"

    async def get(self, path: str) -> Any:
        """Return the JSON document at `path`."""
        async with self.session.get(self.url + path) as response:
            return await response.json()

    async def text(self, path: str) -> str:
        """Return the text at `path`."""
        async with self.session.get(self.url + path) as response:
            return await response.text()

    async def status_of(self, path: str, *, method: str = "GET") -> int:
        """Return the status code that `path` answers."""
        async with self.session.request(method, self.url + path) as response:
            return response.status

    async def firing(self) -> set[tuple[str, str]]:
        """Return (alert name, terminal id or site) of all firing alerts but the watchdog."""
        alerts = (await self.get("/api/v1/alerts"))["alerts"]
        return {
            (
                alert["labels"]["alertname"],
                alert["labels"].get("terminal_id") or alert["labels"].get("site", ""),
            )
            for alert in alerts
            if alert["state"] == "firing" and alert["labels"]["alertname"] != "Watchdog"
        }

    async def until_firing(self, *expected: tuple[str, str]) -> None:
        """Wait until all of `expected` fire."""
        await self.until(lambda firing: set(expected) <= firing, f"{expected} fire")

    async def until_quiet(self) -> None:
        """Wait until nothing fires."""
        await self.until(lambda firing: not firing, "nothing fires")

    async def until(self, condition: Any, what: str) -> None:
        """Wait until the firing alerts fulfil a condition; the failure says what they were."""
        firing: set[tuple[str, str]] = set()
        try:
            async with asyncio.timeout(WITHIN_S):
                while not condition(firing := await self.firing()):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)  # noqa: TID251 - another process has no event for us
        except TimeoutError:
            raise AssertionError(f"waited for: {what}; firing: {firing}") from None

    async def until_logged(self, event: str) -> str:
        """Wait for a log event and return its line."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                for line in self.log:
                    if f'"{event}"' in line:
                        return line
                await asyncio.sleep(0.05)  # noqa: TID251 - another process has no event for us

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        async with asyncio.timeout(WITHIN_S):
            return await self.process.wait()


@asynccontextmanager
async def daemon(
    config: Path,
    *arguments: str,
    module: str = "monitor",
    descriptors: int | None = None,
    within: Sequence[str] = (),
) -> AsyncIterator[DaemonProcess]:
    """Start `posmon run`, wait until it is ready, and end it with the block.

    `module` is run as posmon's instead of its own; `descriptors` is how many files it may open. `within` is a
    command that runs the one behind it in its own place, as env(1) does.
    """
    limit = [] if descriptors is None else ["prlimit", f"--nofile={descriptors}:{descriptors}"]
    process = await asyncio.create_subprocess_exec(
        *within, *limit, sys.executable, "-m", module, "run", "--config", str(config), *arguments,
        stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, limit=2**20,
    )  # fmt: skip
    async with aiohttp.ClientSession() as session:
        running = DaemonProcess(process, session)
        reader = asyncio.ensure_future(running.read_log())
        try:
            async with asyncio.timeout(WITHIN_S):
                while not running.url or await running.status_of("/-/ready") != 200:
                    assert process.returncode is None, "".join(running.log)
                    await asyncio.sleep(0.05)  # noqa: TID251 - another process has no event for us
            yield running
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await reader
