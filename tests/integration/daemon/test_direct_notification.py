"""A daemon without Alertmanager, and who hears of it."""

from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.adapters.system import SystemClock
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import eventually
from tests.integration.daemon.process import daemon, write_inventory, write_settings


async def test_news_is_told_once_and_once_more_after_a_restart(simulated_fleet: Any, tmp_path: Path) -> None:
    """Though the outbox repeats it several times a second."""
    told: list[tuple[str, list[str]]] = []

    async def take(request: web.Request) -> web.Response:
        document = await request.json()
        told.append((document["status"], [alert["labels"]["alertname"] for alert in document["alerts"]]))
        return web.Response()

    async def length(wanted: int) -> bool:
        return len(told) >= wanted

    app = web.Application()
    app.router.add_post("/hook", take)
    fleet: SimulatedFleet = await simulated_fleet(terminals=3)
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    terminal_id = fleet.inventory[0].terminal_id
    fleet.set_fault(terminal_id, "paper_out")
    async with TestServer(app) as server:
        config = write_settings(
            tmp_path,
            alerting={"resend_interval": "300ms"},
            notify={"webhooks": [{"name": "hook", "url": str(server.make_url("/hook"))}], "gather": "200ms"},
            detectors={"PaperOut": {"for": "1s"}, "ClockSkew": {"enabled": False}},
        )
        async with daemon(config) as posmon:
            await eventually(lambda: length(1))
            await SystemClock().sleep(2.0)
            assert told == [("firing", ["PaperOut"])]
            assert await posmon.stop() == 0
        async with daemon(config) as posmon:
            await eventually(lambda: length(2))
            await SystemClock().sleep(1.0)
            fleet.clear(terminal_id)
            await eventually(lambda: length(3))
            await SystemClock().sleep(1.5)
    assert told == [("firing", ["PaperOut"]), ("firing", ["PaperOut"]), ("resolved", ["PaperOut"])]
