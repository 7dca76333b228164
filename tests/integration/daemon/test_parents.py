"""A line that terminals hang on, asked by a real daemon over real connections."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from monitor.domain.inventory.terminal import Terminal
from tests.integration.daemon.process import DaemonProcess, daemon, write_inventory, write_settings
from tests.integration.daemon.receiver import Receiver, receiver

TERMINALS = 20
LINE = ("ParentDown", "")
DETECTORS = {
    "ParentDown": {"for": "1s", "keep_firing_for": "2s"},
    "TerminalOffline": {"for": "2s"},
    "SiteOffline": {"for": "1s", "keep_firing_for": "3s"},
    "FleetUnreachable": {"for": "1s", "keep_firing_for": "3s"},
}


class Listener:
    """Something that takes TCP connections at one address, while it is there; the system accepts them."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.port = 0
        self.open()

    @property
    def endpoint(self) -> str:
        """Its address, as an inventory writes it."""
        return f"tcp://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Take connections, at the same address as before."""
        if self._socket is None:
            self._socket = socket.socket()
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(("127.0.0.1", self.port))
            self._socket.listen(1000)
            self.port = self._socket.getsockname()[1]

    def close(self) -> None:
        """Refuse connections."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@contextmanager
def listeners(count: int) -> Iterator[list[Listener]]:
    """Serve for the length of a block."""
    made = [Listener() for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.close()


@asynccontextmanager
async def line_with_terminals(
    folder: Path,
) -> AsyncIterator[tuple[DaemonProcess, Receiver, Listener, list[Listener]]]:
    """Run a daemon with twenty terminals at five sites, all on one line, that answer."""
    with listeners(TERMINALS + 1) as (line, *terminals):
        async with receiver() as told:
            rows = [
                Terminal(
                    terminal_id=f"T{number:02}",
                    endpoint=one.endpoint,
                    site=f"shop {number // 4}",
                    parents="line-7",
                )
                for number, one in enumerate(terminals)
            ]
            write_inventory(folder / "inventory.csv", rows)
            settings = write_settings(
                folder,
                parents=[{"name": "line-7", "endpoint": line.endpoint}],
                detectors=DETECTORS,
                alerting={"alertmanagers": [told.url], "resend_interval": "600ms"},
            )
            async with daemon(settings) as process:
                yield process, told, line, terminals


async def test_a_line_that_goes_down_is_one_page_and_its_return_none(tmp_path: Path) -> None:
    """Twenty terminals fire and are held; when the line is back, the one that stays dead is told, once."""
    async with line_with_terminals(tmp_path) as (process, told, line, terminals):
        for one in (line, *terminals):
            one.close()
        lost = {("TerminalOffline", f"T{number:02}") for number in range(TERMINALS)}
        await process.until_firing(LINE, *lost)
        await _until_told(told, LINE)
        alerts = await _alerts(process)
        beginning = alerts["TerminalOffline", "T03"]["starts_at"]
        held = {alert["held"][0]["reason"] for key, alert in alerts.items() if key[0] == "TerminalOffline"}
        assert held == {"parent"}
        assert set(told.told) - {("Watchdog", "")} == {LINE}
        document = await process.get("/api/v1/parents")
        assert [(one["name"], one["state"], one["terminals_down"]) for one in document["parents"]] == [
            ("line-7", "down", TERMINALS)
        ]
        assert (await process.get("/api/v1/status"))["parents_down"] == ["line-7"]
        assert (await process.get("/api/v1/terminals/T03"))["parents"] == [
            {"name": "line-7", "state": "down"}
        ]
        metrics = await process.text("/metrics")
        assert 'posmon_parent_up{parent="line-7"} 0.0' in metrics
        assert 'posmon_alerts_held{reason="parent"}' in metrics
        for page, words in (("/", "1 parent is down"), ("/terminals/T03", "Hangs on")):
            assert words in await process.text(page)
        for number, one in enumerate((line, *terminals)):
            if number != 4:
                one.open()
        await process.until(
            lambda firing: firing == {("TerminalOffline", "T03")}, "only the dead terminal fires"
        )
        await _until_told(told, ("TerminalOffline", "T03"))
        assert set(told.told) - {("Watchdog", "")} == {LINE, ("TerminalOffline", "T03")}
        assert told.beginnings(("TerminalOffline", "T03")) == {beginning}
        assert told.last_word(LINE) is True
        assert told.last_word(("TerminalOffline", "T03")) is False


async def test_one_terminal_alone_is_told_although_it_hangs_on_a_line(tmp_path: Path) -> None:
    """The line answers: nothing is held back."""
    async with line_with_terminals(tmp_path) as (process, told, _line, terminals):
        terminals[5].close()
        await process.until_firing(("TerminalOffline", "T05"))
        await _until_told(told, ("TerminalOffline", "T05"))
        assert LINE not in told.told


async def _alerts(process: DaemonProcess) -> dict[tuple[str, str], Any]:
    alerts = (await process.get("/api/v1/alerts"))["alerts"]
    return {(alert["alertname"], alert["subject"]): alert for alert in alerts}


async def _until_told(told: Receiver, key: tuple[str, str]) -> None:
    async with asyncio.timeout(20):
        while key not in told.told:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # noqa: TID251 - another process has no event for us
