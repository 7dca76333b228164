"""Shops that close in the evening, watched by the real daemon."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.cli.command import posmon
from tests.integration.daemon.process import QUICK, daemon, write_inventory, write_settings

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

CLOSED, OPEN = 4, 2
"""Shops of three terminals each."""

DETECTORS = {
    "TerminalOffline": QUICK | {"min_failures": 1},
    "SiteOffline": QUICK,
    "FleetUnreachable": QUICK | {"share": 0.5},
    "TerminalFlapping": {"enabled": False},
}


def closed_now() -> str:
    """Return opening hours of which both ends are six hours away."""
    now = datetime.now(UTC)  # noqa: TID251 - the daemon goes by this clock as well
    return f"Mo-Su {now + timedelta(hours=6):%H:%M}-{now + timedelta(hours=12):%H:%M}"


def shops(fleet: SimulatedFleet, hours: str) -> list[Terminal]:
    """Return the inventory: the first shops keep these hours, the others are open around the clock."""
    return [
        replace(
            terminal,
            site=f"closed-{number // 3}" if number < 3 * CLOSED else f"open-{number // 3 - CLOSED}",
            opening_hours=hours if number < 3 * CLOSED else "24/7",
            timezone="UTC",
        )
        for number, terminal in enumerate(fleet.inventory)
    ]


async def test_shops_that_are_closed_are_no_outage(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """Two thirds of the fleet are off, and posmon names only the shop that should be open.

    Without their hours the same terminals are outages: a reload that takes the hours away shows it.
    """
    fleet = await simulated_fleet(terminals=3 * (CLOSED + OPEN))
    rows = shops(fleet, closed_now())
    asleep, dark = rows[: 3 * CLOSED], rows[3 * CLOSED : 3 * CLOSED + 3]
    for row in asleep:
        fleet.set_fault(row.terminal_id, "offline")
    write_inventory(tmp_path / "inventory.csv", rows)
    async with daemon(write_settings(tmp_path, detectors=DETECTORS)) as process:
        await process.until_firing(*(("TerminalOffline", row.terminal_id) for row in asleep))
        status = await process.get("/api/v1/status")
        assert (status["terminals"]["offline"], status["terminals"]["closed"]) == (3 * CLOSED,) * 2
        assert status["summary"] == {"ok": len(rows), "warning": 0, "critical": 0, "unknown": 0}
        told = await asyncio.to_thread(
            posmon, "status", "-o", "csv", "--all", env={"POSMON_URL": process.url}
        )
        assert told.code == 0
        listed = {row["terminal_id"]: row["connectivity"] for row in csv.DictReader(io.StringIO(told.out))}
        assert {listed[row.terminal_id] for row in asleep} == {"offline"}
        for row in dark:
            fleet.set_fault(row.terminal_id, "offline")
        await process.until_firing(("SiteOffline", "open-0"))
        outages = {told for told in await process.firing() if told[0] in ("SiteOffline", "FleetUnreachable")}
        assert outages == {("SiteOffline", "open-0")}
        assert "need attention" not in await process.text("/")
        write_inventory(tmp_path / "inventory.csv", shops(fleet, "24/7"))
        assert await process.status_of("/-/reload", method="POST") == 200
        await process.until_firing(("FleetUnreachable", ""), ("SiteOffline", "closed-0"))
