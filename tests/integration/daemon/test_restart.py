"""The real daemon ends and starts again on its real store."""

import asyncio
import os
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from monitor.adapters.system import SystemClock
from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import real_alertmanager
from tests.fakes import until
from tests.integration.daemon.process import QUICK, DaemonProcess, daemon, write_inventory, write_settings
from tests.integration.daemon.receiver import Receiver, receiver

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

KILLS = int(os.environ.get("CRASH_DAEMON_KILLS", "3"))
"""`make crash-test` asks for more."""

WITHIN_S = 20.0
STOP_WITHIN_S = 10.0
DETECTORS: dict[str, object] = {
    "TerminalOffline": QUICK,
    "PaperOut": QUICK,
    "SiteOffline": {"for": "1s", "keep_firing_for": "2s"},
    "TerminalFlapping": {"enabled": False},
}


def configure(folder: Path, terminals: list[Terminal], *urls: str) -> Path:
    """Write inventory and configuration with these Alertmanagers."""
    write_inventory(folder / "inventory.csv", terminals)
    alerting = {"alertmanagers": list(urls), "resend_interval": "2s"}
    return write_settings(folder, detectors=DETECTORS, alerting=alerting)


def in_sites(fleet: SimulatedFleet, far: int) -> list[Terminal]:
    """Return the inventory with the first terminals in one site and the others in one each."""
    return [
        replace(terminal, site="far" if number < far else f"near-{number}", region="")
        for number, terminal in enumerate(fleet.inventory)
    ]


@asynccontextmanager
async def killed(config: Path) -> AsyncIterator[DaemonProcess]:
    """Run the daemon until the block ends; then kill -9 it."""
    async with daemon(config) as posmon:
        yield posmon
        posmon.process.kill()
        await posmon.process.wait()


def journal(folder: Path) -> list[tuple[Any, ...]]:
    """Return name, subject and state of each step in the store, which must be sound."""
    with closing(sqlite3.connect(folder / "posmon.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT alertname, subject, state FROM journal ORDER BY seq").fetchall()


async def test_a_restart_changes_nothing_at_a_real_alertmanager(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """After a stop and after a kill it holds the same alerts with the same beginnings; then they resolve."""
    fleet = await simulated_fleet(terminals=8)
    tampered, silent = (terminal.terminal_id for terminal in fleet.inventory[:2])
    fleet.set_fault(tampered, "tampered")
    fleet.set_fault(silent, "offline")
    async with real_alertmanager(tmp_path / "alertmanager") as alertmanager:
        config = configure(tmp_path, in_sites(fleet, 0), alertmanager.url)
        async with daemon(config) as posmon:
            await posmon.until_firing(("TerminalTampered", tampered), ("TerminalOffline", silent))
            held = await _held(alertmanager.alerts)
            assert held.keys() == {tampered, silent}
            assert await posmon.stop() == 0
        async with killed(config) as posmon:
            await posmon.until_firing(("TerminalTampered", tampered), ("TerminalOffline", silent))
        async with daemon(config) as posmon:
            await asyncio.sleep(3)  # noqa: TID251 - nothing is to happen
            assert await _held(alertmanager.alerts) == held
            assert await alertmanager.received("resolved") == 0
            fleet.clear(tampered)
            fleet.clear(silent)
            await posmon.until_quiet()
            assert await posmon.stop() == 0
        assert await alertmanager.received("resolved") >= 2
        assert await alertmanager.alerts() == {}
    fired = [step for step in journal(tmp_path) if step[2] == "firing" and step[1] in (tampered, silent)]
    assert len(fired) == 2


async def _held(alerts: Callable[[], Awaitable[dict[str, dict[str, Any]]]]) -> dict[str, str]:
    """Return when each alert began that an Alertmanager holds, by terminal id, once it has two."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            held = {terminal_id: alert["startsAt"] for terminal_id, alert in (await alerts()).items()}
            if len(held) == 2:
                return held
            await asyncio.sleep(0.1)  # noqa: TID251 - another process has no event for us


async def test_what_happened_while_the_receiver_was_away_is_told_by_the_next_run(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """Fired and resolved, then a stop: the outbox is kept."""
    fleet = await simulated_fleet(terminals=4)
    terminal_id = fleet.inventory[0].terminal_id
    async with receiver() as taking:
        taking.there = False
        config = configure(tmp_path, in_sites(fleet, 0), taking.url)
        fleet.set_fault(terminal_id, "tampered")
        async with daemon(config) as posmon:
            await posmon.until_firing(("TerminalTampered", terminal_id))
            fleet.clear(terminal_id)
            await posmon.until_quiet()
            assert await posmon.stop() == 0
        assert taking.told == {}
        taking.there = True
        async with daemon(config):
            key = "TerminalTampered", terminal_id
            await until(lambda: taking.last_word(key) is True, within_s=WITHIN_S)
            assert len(taking.beginnings(key)) == 1


async def test_a_hung_alertmanager_does_not_hold_up_the_end(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """It accepts and never answers; SIGTERM to exit takes ten seconds at most, and the entry is kept."""
    fleet = await simulated_fleet(terminals=4)
    terminal_id = fleet.inventory[0].terminal_id
    fleet.set_fault(terminal_id, "tampered")
    async with await asyncio.start_server(_hang, "127.0.0.1", 0) as hung:
        port = hung.sockets[0].getsockname()[1]
        config = configure(tmp_path, in_sites(fleet, 0), f"http://127.0.0.1:{port}")
        async with daemon(config) as posmon:
            await posmon.until_firing(("TerminalTampered", terminal_id))
            clock = SystemClock()
            began = clock.monotonic()
            assert await posmon.stop() == 0
            assert clock.monotonic() - began <= STOP_WITHIN_S
    with closing(sqlite3.connect(tmp_path / "posmon.db")) as connection:
        kept = connection.execute("SELECT document FROM outbox").fetchall()
    assert any("TerminalTampered" in document for (document,) in kept)


async def _hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def test_kills_at_any_moment_cost_nothing_that_was_promised(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """Under load, with a site down all the time and terminals that change: see `make crash-test`."""
    chance = random.Random(KILLS)
    fleet = await simulated_fleet(terminals=40)
    rows = in_sites(fleet, 5)
    far, ill = rows[:5], rows[5:8]
    for row in far:
        fleet.set_fault(row.terminal_id, "reset")
    for row in ill:
        fleet.set_fault(row.terminal_id, "tampered")
    steady = {("SiteOffline", "far"), *(("TerminalTampered", row.terminal_id) for row in ill)}
    async with receiver() as taking:
        config = configure(tmp_path, rows, taking.url)
        async with killed(config) as posmon:
            await posmon.until_firing(*steady)
        for _ in range(KILLS - 1):
            async with killed(config):
                for _ in range(chance.randint(0, 20)):
                    terminal_id = rows[chance.randint(8, 39)].terminal_id
                    change = fleet.clear if chance.random() < 0.5 else _tamper(fleet)
                    change(terminal_id)
                    await asyncio.sleep(chance.uniform(0, 0.1))  # noqa: TID251 - real time must pass
            _every_told_step_is_in_the_journal(taking, tmp_path)
        for row in rows[8:]:
            fleet.clear(row.terminal_id)
        async with daemon(config) as posmon:
            await posmon.until(
                lambda firing: {key for key in firing if key[0] != "TerminalOffline"} == steady,
                "only what is ill",
            )
            assert await posmon.stop() == 0
        _every_told_step_is_in_the_journal(taking, tmp_path)
        for key in steady:
            assert len(taking.beginnings(key)) == 1
            assert taking.last_word(key) is False
        for row in far:
            assert ("TerminalOffline", row.terminal_id) not in taking.told
        for row in rows[8:]:
            assert taking.last_word(("TerminalTampered", row.terminal_id)) in (None, True)
    fired = [step[:2] for step in journal(tmp_path) if step[2] == "firing"]
    assert fired.count(("SiteOffline", "/site/far")) == 1
    for row in ill:
        assert fired.count(("TerminalTampered", row.terminal_id)) == 1


def _tamper(fleet: SimulatedFleet) -> Callable[[str], None]:
    return lambda terminal_id: fleet.set_fault(terminal_id, "tampered")


def _every_told_step_is_in_the_journal(taking: Receiver, folder: Path) -> None:
    """Check that what was told was committed before: being told is the acknowledgement."""
    steps = set(journal(folder))
    for name, subject in taking.told:
        where = {"SiteOffline": f"/site/{subject}", "Watchdog": "/posmon"}.get(name, subject)
        assert (name, where, "firing") in steps
        if taking.last_word((name, subject)):
            assert (name, where, "resolved") in steps
