"""Reports of a real daemon, over a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from monitor.adapters.system import SystemClock
from monitor.domain.instant import rfc3339
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import QUICK, DaemonProcess, daemon, write_inventory, write_settings

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

DETECTORS = {"TerminalOffline": QUICK | {"min_failures": 1}, "PaperOut": QUICK}


async def rows_of(posmon: DaemonProcess, period: str, by: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a report, by key."""
    report = await posmon.get(f"/api/v1/reports/availability?{period}&by={by}")
    return {row["key"]: row for row in report["rows"]}


async def test_what_was_is_reported_after_a_restart(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """An outage counts, the time in which posmon was away does not, and every second is in one state."""
    fleet = await simulated_fleet(terminals=3)
    lost, well = (terminal.terminal_id for terminal in fleet.inventory[:2])
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    config = write_settings(tmp_path, detectors=DETECTORS)
    since = rfc3339(SystemClock().now().wall)
    async with daemon(config) as posmon:
        await asyncio.sleep(2)  # noqa: TID251 - all have been asked
        fleet.set_fault(lost, "reset")
        await posmon.until_firing(("TerminalOffline", lost))
        await asyncio.sleep(2)  # noqa: TID251 - an outage takes time
        assert await posmon.stop() == 0
    await asyncio.sleep(2)  # noqa: TID251 - posmon is away
    fleet.clear(lost)
    async with daemon(config) as posmon:
        await posmon.until(lambda firing: ("TerminalOffline", lost) not in firing, "it is back")
        period = f"from={since}&to={rfc3339(SystemClock().now().wall)}"
        by_terminal = await rows_of(posmon, period, "terminal")
        by_region = await rows_of(posmon, period, "region")
        page = await posmon.text("/reports")
    assert "Availability" in page
    assert by_terminal[lost]["outages"] == 1
    assert by_terminal[lost]["seconds"]["down"] >= 2
    assert by_terminal[well]["seconds"]["down"] == 0
    assert by_terminal[well]["availability"] == 1.0
    totals = {sum(row["seconds"].values()) for row in by_terminal.values()}
    assert len(totals) == 1
    for state in ("down", "up", "unknown", "impaired"):
        whole = sum(row["seconds"][state] for row in by_region.values())
        assert whole == sum(row["seconds"][state] for row in by_terminal.values())
