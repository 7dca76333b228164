"""Somebody tries whether alerts arrive."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.alertmanagers import eventually, real_alertmanager
from tests.integration.cli.command import Ended, posmon
from tests.mail_server import mail_server


@asynccontextmanager
async def hook(*, status: int = 200) -> AsyncIterator[tuple[str, list[Any]]]:
    """Serve a recording webhook."""
    documents: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        documents.append(await request.json())
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook")), documents


async def try_alert(folder: Path, *arguments: str, **sections: Any) -> Ended:
    """Run `posmon alerts test` with a configuration."""
    path = folder / "posmon.yaml"
    path.write_text(json.dumps(sections), encoding="utf-8")
    return await asyncio.to_thread(posmon, "alerts", "test", "--config", str(path), *arguments)


async def test_everybody_is_told_and_told_that_it_is_over(tmp_path: Path) -> None:
    """Alertmanager, webhook and mail; quiet hours do not hold it back."""
    async with (
        hook() as (paged, pages),
        hook() as (url, documents),
        real_alertmanager(tmp_path / "am", webhook=paged) as alertmanager,
        mail_server() as mail,
    ):
        email = {"host": "127.0.0.1", "port": mail.port, "security": "none"}
        notify = {
            "webhooks": [{"name": "bridge", "url": url}],
            "email": email | {"sender": "posmon@shop.example", "recipients": ["oncall@shop.example"]},
            "quiet_hours": "24/7",
            "min_severity": "critical",
        }
        ended = await try_alert(
            tmp_path,
            *("--severity", "warning", "--site", "A", "--hold", "500ms"),
            alerting={"alertmanagers": [alertmanager.url], "external_labels": {"cluster": "eu"}},
            notify=notify,
        )
        assert ended.code == 0, ended
        await eventually(lambda: _length(pages, 2))
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == [
        f"{alertmanager.url}: accepted, firing and resolved",
        "bridge: accepted, firing and resolved",
        "email: accepted, firing and resolved",
    ]
    assert [one["status"] for one in documents] == ["firing", "resolved"]
    assert [one["status"] for one in pages] == ["firing", "resolved"]
    (alert,) = documents[0]["alerts"]
    assert alert["labels"] == {
        "alertname": "PosmonTest", "severity": "warning", "category": "posmon", "owner": "monitoring",
        "site": "A", "cluster": "eu",
    }  # fmt: skip
    assert "nothing is wrong" in alert["annotations"]["summary"]
    assert [one["Subject"] for one in mail.mails] == [
        "[FIRING 1] A: PosmonTest",
        "[RESOLVED 1] A: PosmonTest",
    ]


async def test_mail_is_in_its_language(tmp_path: Path) -> None:
    """As notify.email.language says."""
    async with mail_server() as mail:
        email = {"host": "127.0.0.1", "port": mail.port, "security": "none", "language": "zh"}
        people = {"sender": "posmon@shop.example", "recipients": ["oncall@shop.example"]}
        ended = await try_alert(tmp_path, notify={"email": email | people})
    assert ended.code == 0, ended
    assert [one["Subject"] for one in mail.mails] == ["[告警 1] PosmonTest", "[已恢复 1] PosmonTest"]
    assert "一切正常" in mail.mails[0].get_content()


async def _length(documents: list[Any], length: int) -> bool:
    return len(documents) >= length


async def test_who_did_not_take_it_is_named_with_the_reason(tmp_path: Path) -> None:
    """Exit code 1; the others are told all the same."""
    async with hook() as (url, documents), hook(status=500) as (broken, _):
        webhooks = [{"name": "good", "url": url}, {"name": "bad", "url": broken}]
        ended = await try_alert(tmp_path, "-o", "json", notify={"webhooks": webhooks})
    assert ended.code == 1
    assert ended.err == ""
    assert json.loads(ended.out)["receivers"] == [
        {"receiver": "good", "taken": True, "resolved": True, "fault": "", "partly": False},
        {"receiver": "bad", "taken": False, "resolved": False, "fault": "status 500", "partly": False},
    ]
    assert len(documents) == 2


async def test_recipients_who_are_refused_are_named(tmp_path: Path) -> None:
    """A server that takes the mail for two of four people is no success; the two others are named."""
    async with mail_server() as mail, hook() as (url, _):
        mail.refused = {"left@shop.example": "550 5.1.1 unknown", "full@shop.example": "452 4.2.2 full"}
        people = [f"{name}@shop.example" for name in ("left", "oncall", "full", "boss")]
        email = {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender": "posmon@shop.example"}
        notify = {"email": email | {"recipients": people}, "webhooks": [{"name": "bridge", "url": url}]}
        ended = await try_alert(tmp_path, notify=notify)
        mail.refused |= dict.fromkeys(people, "550 5.1.1 unknown")
        nobody = await try_alert(tmp_path, "--receiver", "email", notify=notify)
    assert (ended.code, ended.out.splitlines()) == (
        1,
        [
            "bridge: accepted, firing and resolved",
            f"email: accepted for some only: 2 of 4 recipients refused: {people[0]} (550), {people[2]} (452)",
        ],
    )
    assert len(mail.mails) == 2
    assert nobody.code == 1
    assert all(name in nobody.out for name in people)
    assert nobody.out.startswith("email: not accepted: recipients refused: ")


async def test_part_of_apprise_that_fails_is_named(tmp_path: Path) -> None:
    """Of one service with three targets the one that was not told is named, and it is no success."""
    async with mail_server() as mail:
        mail.refused = {"left@shop.example": "550 5.1.1 unknown"}
        url = (
            f"mailto://127.0.0.1:{mail.port}?from=posmon@shop.example&mode=insecure"
            "&to=oncall@shop.example,left@shop.example,boss@shop.example"
        )
        ended = await try_alert(tmp_path, notify={"apprise": [{"name": "people", "url": url}]})
    assert ended.code == 1
    assert "people: accepted for some only: 1 of 3 targets failed: " in ended.out
    assert "(left@shop.example)" in ended.out
    assert len(mail.mails) == 4


async def test_web_page_is_no_alertmanager(tmp_path: Path) -> None:
    """A portal or a log-in page that answers 200 has not taken anything."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<h1>Please log in</h1>", content_type="text/html")

    app = web.Application()
    app.router.add_post("/api/v2/alerts", page)
    async with TestServer(app) as server:
        url = str(server.make_url("/")).rstrip("/")
        ended = await try_alert(tmp_path, alerting={"alertmanagers": [url]})
    assert ended.code == 1
    assert "a web page instead of an answer" in ended.out


async def test_only_the_named_receiver_is_told(tmp_path: Path) -> None:
    """By its name."""
    async with hook() as (url, documents), hook() as (other, others):
        webhooks = [{"name": "one", "url": url}, {"name": "two", "url": other}]
        ended = await try_alert(tmp_path, "--receiver", "two", notify={"webhooks": webhooks})
        assert ended.out == "two: accepted, firing and resolved\n"
        unknown = await try_alert(tmp_path, "--receiver", "three", notify={"webhooks": webhooks})
    assert (len(documents), len(others)) == (0, 2)
    assert unknown.code == 3
    assert "no receiver three; there are: one, two" in unknown.err


async def test_nothing_to_try_cannot_be_told(tmp_path: Path) -> None:
    """No receivers, a broken configuration, or wrong usage."""
    nobody = await try_alert(tmp_path)
    assert (nobody.code, nobody.out) == (3, "")
    assert "no receivers are configured" in nobody.err
    broken = await try_alert(tmp_path, notify={"webhooks": [{"name": "x"}]})
    assert broken.code == 3
    assert "notify.webhooks[0].url: is missing" in broken.err
    assert (await try_alert(tmp_path, "--severity", "loud")).code == 3
