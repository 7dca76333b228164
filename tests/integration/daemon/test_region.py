"""A carrier's outage, seen by a real daemon."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec.structs import replace

from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import daemon, write_inventory, write_settings

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

SETTINGS = {
    "RegionOffline": {"for": "1s", "keep_firing_for": "1s"},
    "TerminalOffline": {"for": "3s", "min_failures": 1},
    "FleetUnreachable": {"enabled": False},
    "TerminalFlapping": {"enabled": False},
}


async def test_shops_of_one_till_that_go_dark_together_are_one_outage(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """Their own alerts fire and are held back; the outage ends when the line is back."""
    fleet = await simulated_fleet(terminals=7)
    inventory = [
        replace(row, site=f"shop {number}", region="north" if number < 4 else "south")
        for number, row in enumerate(fleet.inventory)
    ]
    lost = [row.terminal_id for row in inventory[:3]]
    write_inventory(tmp_path / "inventory.csv", inventory)
    async with daemon(write_settings(tmp_path, detectors=SETTINGS)) as daemon_process:
        for terminal_id in lost:
            fleet.set_fault(terminal_id, "reset")
        own = {("TerminalOffline", terminal_id) for terminal_id in lost}
        await daemon_process.until_firing(("RegionOffline", ""), *own)
        alerts = {
            (alert["alertname"], alert["subject"]): alert
            for alert in (await daemon_process.get("/api/v1/alerts"))["alerts"]
        }
        region = alerts["RegionOffline", "/region/north"]
        assert region["labels"]["region"] == "north"
        assert region["annotations"]["summary"] == "region north: 3 of 4 sites went dark together"
        assert "shop 0" in region["annotations"]["evidence"]
        assert region["suppressed_by"] is None
        assert {alerts[key]["suppressed_by"] for key in own} == {"RegionOffline"}
        for terminal_id in lost:
            fleet.clear(terminal_id)
        await daemon_process.until(lambda firing: ("RegionOffline", "") not in firing, "the region is back")
