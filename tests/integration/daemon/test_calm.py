"""Who is woken: terminals, the daemon, Alertmanager with the example's routes, the pager. All of it real."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from monitor.adapters.system import SystemClock
from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import eventually, real_alertmanager
from tests.integration.daemon.process import DaemonProcess, daemon, write_inventory, write_settings
from tests.integration.test_alertmanager_example import pagers, quickened

SITE = 4
"""So many terminals stand in each shop."""

QUICK_RULES = {
    "SiteOffline": {"for": "1s", "keep_firing_for": "1s"},
    "TerminalOffline": {"for": "2s"},
    "FleetUnreachable": {"for": "1s", "keep_firing_for": "1s"},
    "PaperOut": {"for": "1s"},
    "ClockSkew": {"enabled": False},
}
SHOPS, NORTH, CLOSED = 14, (4, 5, 6), 8
"""How many shops there are, those on the lines of one carrier, and the one that may be given hours."""

LATE_S = 4.0
"""Longer than a group waits and the pause to its next message: what was to come has come."""

StartFleet = Callable[..., Awaitable[SimulatedFleet]]
Told = dict[str, list[Any]]


class CalmTown:
    """Shops of SITE terminals in two regions, watched by the daemon, and what each receiver was told."""

    def __init__(self, fleet: SimulatedFleet, posmon: DaemonProcess, told: Told) -> None:
        self._fleet = fleet
        self.posmon = posmon
        self.told = told

    def shop(self, number: int) -> Sequence[str]:
        """Return the terminals of a shop."""
        return [row.terminal_id for row in self._fleet.inventory[number * SITE : (number + 1) * SITE]]

    def befall(self, terminals: Sequence[str], fault: str) -> None:
        """Let the same thing happen to terminals."""
        for terminal_id in terminals:
            self._fleet.set_fault(terminal_id, fault)

    def recover(self, terminals: Sequence[str]) -> None:
        """Let terminals be well again."""
        for terminal_id in terminals:
            self._fleet.clear(terminal_id)

    def pages(self) -> list[str]:
        """Return the key of each incident that on-call was called for, in order."""
        messages = self.told.get("oncall", [])
        return list(dict.fromkeys(message["groupKey"] for message in messages))

    def sites_told(self) -> set[str]:
        """Return the sites that any receiver was told of."""
        messages = [message for told in self.told.values() for message in told]
        return {alert["labels"].get("site", "") for message in messages for alert in message["alerts"]}

    async def until_told(self, receiver: str, alertname: str, places: int, status: str = "firing") -> None:
        """Wait until a receiver has been told of an alert at so many places, and for what may come after."""

        async def is_told() -> bool:
            heard = {
                alert["fingerprint"]
                for message in self.told.get(receiver, [])
                for alert in message["alerts"]
                if (alert["labels"]["alertname"], alert["status"]) == (alertname, status)
            }
            return len(heard) >= places

        await eventually(is_told)
        await asyncio.sleep(LATE_S)  # noqa: TID251 - real time must pass


@asynccontextmanager
async def calm_town(start_fleet: StartFleet, folder: Path, **closed: str) -> AsyncIterator[CalmTown]:
    """Run a town; shop CLOSED, if it is given hours, has those."""
    fleet = await start_fleet(terminals=SHOPS * SITE)
    rows = [_placed(row, place // SITE, closed) for place, row in enumerate(fleet.inventory)]
    write_inventory(folder / "inventory.csv", rows)
    async with (
        pagers() as (url, told),
        real_alertmanager(folder / "am", configuration=quickened(url)) as alertmanager,
    ):
        alerting = {"alertmanagers": [alertmanager.url], "resend_interval": "2s"}
        async with daemon(write_settings(folder, alerting=alerting, detectors=QUICK_RULES)) as posmon:
            for row in rows:
                await fleet.polled(row.terminal_id, times=2)
            yield CalmTown(fleet, posmon, told)


def _placed(row: Terminal, shop: int, closed: Mapping[str, str]) -> Terminal:
    hours = closed if shop == CLOSED else {}
    return replace(row, site=f"shop-{shop}", region="north" if shop in NORTH else "south", **hours)


def closed_now() -> dict[str, str]:
    """Return hours of three days away."""
    day = datetime.fromtimestamp(SystemClock().now().wall, UTC).weekday()
    name = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[(day + 3) % 7]
    return {"opening_hours": f"{name} 10:00-11:00", "timezone": "UTC"}


async def test_only_what_needs_somebody_calls_somebody(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """Paper, one till, a closed shop call nobody; a dark shop is one page, and so are many of one region."""
    async with calm_town(simulated_fleet, tmp_path, **closed_now()) as town:
        till = town.shop(1)[:1]
        town.befall(town.shop(0), "paper_out")
        town.befall(till, "offline")
        town.befall(town.shop(CLOSED), "offline")
        offline = [*till, *town.shop(CLOSED)]
        await town.posmon.until_firing(*(("TerminalOffline", terminal_id) for terminal_id in offline))
        await town.until_told("shops", "PaperOut", SITE)
        assert town.pages() == []

        town.befall(town.shop(2), "offline")
        await town.until_told("oncall", "SiteOffline", 1)
        assert len(town.pages()) == 1
        town.recover(town.shop(2))
        await town.until_told("oncall", "SiteOffline", 1, "resolved")

        for shop in NORTH:
            town.befall(town.shop(shop), "offline")
        await town.until_told("oncall", "RegionOffline", 1)
        assert len(town.pages()) == 2
        assert f"shop-{CLOSED}" not in town.sites_told()
