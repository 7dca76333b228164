"""A daemon that tells shops themselves."""

from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from monitor.adapters.system import SystemClock
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import eventually
from tests.integration.daemon.process import daemon, write_inventory, write_settings
from tests.mail_server import mail_server

CONTACTS = ("li@lake.example", "021-555 0199", "gone@pier.example", "")


async def test_shops_get_mail_or_what_their_gateway_sends(simulated_fleet: Any, tmp_path: Path) -> None:
    """One message for two terminals of a shop; an address that is refused keeps no other shop waiting."""
    gateway: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        gateway.append(await request.json())
        return web.Response()

    async def all_told() -> bool:
        return len(mail.mails) >= 1 and len(gateway) >= 1

    app = web.Application()
    app.router.add_post("/sms", take)
    fleet: SimulatedFleet = await simulated_fleet(terminals=8)
    inventory = [
        replace(
            row, site=f"shop-{place // 2}", contact=CONTACTS[place // 2], opening_hours="24/7", timezone="UTC"
        )
        for place, row in enumerate(fleet.inventory)
    ]
    write_inventory(tmp_path / "inventory.csv", inventory)
    for row in inventory:
        fleet.set_fault(row.terminal_id, "paper_out")
    async with mail_server() as mail, TestServer(app) as server:
        mail.refused["gone@pier.example"] = "550 no such mailbox"
        email = {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender": "posmon@x.example"}
        email |= {"recipients": ["oncall@x.example"], "owners": ["network"]}
        shops = {"email": True, "webhook": str(server.make_url("/sms")), "language": "zh"}
        config = write_settings(
            tmp_path,
            alerting={"resend_interval": "300ms"},
            notify={"email": email, "shops": shops, "gather": "2s"},
            detectors={"PaperOut": {"for": "1s"}, "ClockSkew": {"enabled": False}},
        )
        async with daemon(config) as posmon:
            await posmon.until_firing(*(("PaperOut", row.terminal_id) for row in inventory))
            await eventually(all_told)
            await SystemClock().sleep(2.0)
    (letter,) = mail.mails
    assert (letter["To"], letter["Subject"]) == ("li@lake.example", "shop-0的刷卡终端：2 台需要处理")  # noqa: RUF001
    assert all(row.terminal_id in letter.get_content() for row in inventory[:2])
    (document,) = gateway
    assert {alert["labels"]["site"] for alert in document["alerts"]} == {"shop-1"}
    assert document["shop"]["phone"] == "021-555 0199"
    assert document["shop"]["text"].startswith("请查看：\n* ")  # noqa: RUF001
    assert (document["shop"]["name"], document["shop"]["language"]) == ("shop-1", "zh")
