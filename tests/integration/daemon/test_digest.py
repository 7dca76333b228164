"""A daemon that sends summaries, killed and started again."""

import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.adapters.system import SystemClock
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import eventually
from tests.integration.daemon.process import DaemonProcess, daemon, write_inventory, write_settings
from tests.mail_server import mail_server

DAY_S = 86_400.0


async def acknowledge(posmon: DaemonProcess, terminal_id: str) -> None:
    """Say that somebody works on it."""
    wish = {"alertname": "PaperOut", "terminal_id": terminal_id, "comment": "on my way"}
    async with posmon.session.post(f"{posmon.url}/api/v1/acks", json=wish) as response:
        assert response.status == 201, await response.text()


def put_back(folder: Path, seconds: float) -> None:
    """Make the summaries in a store that no posmon uses older, as if the machine had been off."""
    with closing(sqlite3.connect(folder / "posmon.db")) as store, store:
        store.execute("UPDATE sent_digests SET until_wall = until_wall - ?", (seconds,))


def body_of(mail: EmailMessage, kind: str) -> str:
    """Return one of the bodies of a mail."""
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


async def test_a_missed_summary_is_sent_once_over_kills_and_restarts(
    simulated_fleet: Any, tmp_path: Path
) -> None:
    """By mail, as HTML with plain text, and to a webhook; it knows who was told and who acted."""
    documents: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        documents.append(await request.json())
        return web.Response()

    def summaries() -> list[dict[str, Any]]:
        return [one for one in documents if one.get("kind") == "digest"]

    async def is_there() -> bool:
        return len(mails.mails) == 1 and len(summaries()) == 1

    async def is_told() -> bool:
        return bool(documents)

    fleet: SimulatedFleet = await simulated_fleet(terminals=3)
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    terminal_id = fleet.inventory[0].terminal_id
    app = web.Application()
    app.router.add_post("/hook", take)
    # A time of day that has just gone, so that the period that is due holds what happens before the kill.
    at = f"{datetime.now(UTC):%H:%M}"  # noqa: TID251 - the daemon goes by the real clock
    async with TestServer(app) as server, mail_server() as mails:
        config = write_settings(
            tmp_path,
            storage={"path": "posmon.db"},
            alerting={"resend_interval": "600ms"},
            notify={
                "webhooks": [{"name": "hook", "url": str(server.make_url("/hook"))}],
                "email": {
                    "host": "127.0.0.1",
                    "port": mails.port,
                    "security": "none",
                    "sender": "posmon@example.com",
                    "recipients": ["boss@example.com"],
                    "owners": ["security"],
                },
                "gather": "200ms",
                "digest": [
                    {"receiver": "email", "at": at, "language": "zh"},
                    {"receiver": "hook", "at": at},
                ],
            },
            detectors={"PaperOut": {"for": "1s"}, "ClockSkew": {"enabled": False}},
        )
        async with daemon(config) as posmon:
            fleet.set_fault(terminal_id, "paper_out")
            await eventually(is_told)
            await acknowledge(posmon, terminal_id)
            await SystemClock().sleep(2.0)
            shown = await posmon.get("/api/v1/digest")
            assert not summaries()
            assert await posmon.stop(signal.SIGKILL) != 0
        put_back(tmp_path, DAY_S)
        for number in (signal.SIGKILL, signal.SIGTERM):
            async with daemon(config) as posmon:
                await eventually(is_there)
                await SystemClock().sleep(1.0)
                await posmon.stop(number)
    assert len(mails.mails) == 1
    assert len(summaries()) == 1
    (rule,) = [one for one in shown["rules"] if one["alertname"] == "PaperOut"]
    assert (rule["fired"], rule["told"], rule["acknowledged"], rule["attended"]) == (1, 1, 1, 1)
    assert [(one["receiver"], one["way"], one["alerts"]) for one in shown["told"]] == [("hook", "webhook", 1)]
    assert shown["held"] == {"acknowledged": 1}
    mail = mails.mails[0]
    assert mail["To"] == "boss@example.com"
    assert mail["Subject"].startswith("日报 ")
    assert "无人处理" in body_of(mail, "plain")
    assert '<html lang="zh-Hans">' in body_of(mail, "html")
    assert summaries()[0]["digest"]["since"] < summaries()[0]["digest"]["until"]
    assert summaries()[0]["title"].startswith("Daily summary ")
