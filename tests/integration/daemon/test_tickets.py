"""A daemon that opens tickets, killed in between."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import eventually
from tests.integration.daemon.process import daemon, write_inventory, write_settings
from tests.ticket_systems import ServiceNow, adapted, serving


def tickets_of(written: str) -> list[dict[str, Any]]:
    """Return the section of a recipe as plain values, for every alert and without delay."""
    (one,) = yaml.safe_load(written)["notify"]["tickets"]
    del one["match"]
    return [one | {"min_age": "0s", "find": one["find"] | {"trusted_after": "1s"}}]


async def test_killed_daemon_opens_no_second_ticket_and_closes_the_first(
    simulated_fleet: Any, tmp_path: Path
) -> None:
    """The answer to the first request is lost, then posmon is killed; people acknowledge by its number."""
    fleet: SimulatedFleet = await simulated_fleet(terminals=3)
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    terminal_id = fleet.inventory[0].terminal_id
    fleet.set_fault(terminal_id, "paper_out")
    async with serving(ServiceNow()) as system:
        system.lose = 1
        config = write_settings(
            tmp_path,
            alerting={"resend_interval": "300ms"},
            notify={"tickets": tickets_of(adapted("servicenow", system, tmp_path)), "gather": "0s"},
            contacts=[{"name": "Papier", "role": "shop", "phone": "110"}],
            detectors={"PaperOut": {"for": "1s"}, "ClockSkew": {"enabled": False}},
        )

        async def filed() -> bool:
            return len(system.filed) == 1

        async def found() -> bool:
            return 'posmon_tickets_open{receiver="servicenow"} 1.0' in await posmon.text("/metrics") and bool(
                await tickets()
            )

        async def tickets() -> list[str]:
            page = await posmon.get("/api/v1/alerts?alertname=PaperOut")
            return [one["number"] for alert in page["alerts"] for one in alert["tickets"]]

        async with daemon(config) as posmon:
            await eventually(filed)
            posmon.process.kill()
            await posmon.process.wait()
        async with daemon(config) as posmon:
            await eventually(found)
            assert await tickets() == ["INC0010001"]
            assert "shop: Papier 110" in system.filed[0].text
            answer = await posmon.session.post(f"{posmon.url}/api/v1/acks", json={"ticket": "INC0010001"})
            assert answer.status == HTTPStatus.CREATED
            fleet.clear(terminal_id)

            async def closed() -> bool:
                return system.filed[0].state == system.CLOSED

            await eventually(closed)
            posmon.process.kill()
            await posmon.process.wait()
    assert (len(system.filed), system.refused) == (1, [])
