"""Messages that reach people without Alertmanager, over real connections."""

import json
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from monitor.adapters.direct_notification import DirectSink
from monitor.adapters.direct_notification.apprise_service import AppriseMessenger
from monitor.adapters.direct_notification.smtp import MailServer, SmtpMessenger
from monitor.adapters.direct_notification.webhook import WebhookMessenger
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.letter import Letter
from monitor.domain.notification.notification_log import ReceiverPolicy
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.told import ToldLog, Way
from monitor.domain.runbooks.runbook import Language
from monitor.ports.alert_sink import Delivery
from tests.alertmanagers import eventually, real_alertmanager
from tests.fakes import START, FakeClock
from tests.mail_server import mail_server


def notice(
    subject: str = "10000001", *, resolved: bool = False, held: str = "", **labels: str
) -> PostableAlert:
    """Return a notice."""
    return PostableAlert(
        labels={"alertname": "PaperOut", "severity": "critical", "site": "上海 1", "terminal_id": subject}
        | labels,
        annotations={
            "summary": f"{subject}: paper is out",
            "action": "Put in a new roll",
            "action_zh": "更换打印纸",
        },
        starts_at=START.wall,
        ends_at=START.wall + 60,
        resolved=resolved,
        held=held,
    )


LETTER = Letter(
    key="posmon digest email daily en 2026-12-01T08:00:00.000Z",
    title="Daily summary 上海: 3 alerts",
    text="Daily summary\n上海\n",
    html="<!doctype html><p>上海</p>",
    document={"kind": "digest", "digest": {"fired": 3}},
)


def message(*new: PostableAlert, **more: Any) -> Notification:
    """Return a message about a site."""
    return Notification(group={"site": "上海 1"}, new=new or [notice()], **more)


@asynccontextmanager
async def hook(
    *, answer: web.Response | None = None
) -> AsyncIterator[tuple[str, list[web.Request], list[Any]]]:
    """Serve a recording webhook: its URL, what was asked, and the documents."""
    asked: list[web.Request] = []
    documents: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        asked.append(request)
        documents.append(await request.json())
        return answer or web.Response()

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook")), asked, documents


async def test_webhook_says_what_alertmanager_s_would(tmp_path: Path) -> None:
    """Same keys, same fingerprint, same words as a real Alertmanager's webhook about the same alert."""
    async with hook() as (url, _, documents), real_alertmanager(tmp_path, webhook=url) as theirs:
        ours = notice()
        body = [
            {"labels": ours.labels, "annotations": ours.annotations, "startsAt": "2026-11-21T01:00:00.000Z"}
        ]
        async with aiohttp.ClientSession() as session:
            (await session.post(f"{theirs.url}/api/v2/alerts", json=body)).release()
        await eventually(lambda: _length(documents, 1))
        async with WebhookMessenger(name="page", url=url, external_url="http://posmon.example") as messenger:
            assert await messenger.deliver(message(ours), START) is Delivery.SENT
    expected, got = documents
    assert got.keys() == expected.keys()
    for key in ("version", "status", "receiver", "truncatedAlerts", "commonLabels", "commonAnnotations"):
        assert got[key] == expected[key], key
    assert got["alerts"][0].keys() == expected["alerts"][0].keys()
    alert, theirs_alert = got["alerts"][0], expected["alerts"][0]
    for key in ("status", "labels", "annotations", "endsAt", "fingerprint"):
        assert alert[key] == theirs_alert[key], key
    assert alert["startsAt"].replace(".000Z", "Z") == theirs_alert["startsAt"]
    assert got["groupKey"] == '{}:{site="上海 1"}'
    assert got["groupLabels"] == {"site": "上海 1"}
    assert got["externalURL"] == "http://posmon.example"


async def _length(documents: list[Any], length: int) -> bool:
    return len(documents) >= length


async def test_webhook_tells_news_and_the_rest_of_its_group() -> None:
    """What fires comes first, and one that fires keeps the message firing."""
    told = message(notice("1"), still=[notice("2")], resolved=[notice("3", resolved=True)])
    async with (
        hook() as (url, asked, documents),
        WebhookMessenger(name="h", url=url, bearer_token="t0ken") as messenger,  # noqa: S106
    ):
        await messenger.deliver(told, START)
    assert [(a["labels"]["terminal_id"], a["status"]) for a in documents[0]["alerts"]] == [
        ("1", "firing"),
        ("2", "firing"),
        ("3", "resolved"),
    ]
    assert documents[0]["status"] == "firing"
    assert documents[0]["alerts"][2]["endsAt"] == "2026-11-21T01:01:00.000Z"
    assert "terminal_id" not in documents[0]["commonLabels"]
    assert asked[0].headers["Authorization"] == "Bearer t0ken"


async def test_webhook_follows_no_redirect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither that nor a proxy of the environment leads elsewhere."""
    async with hook() as (elsewhere, _, stolen):
        monkeypatch.setenv("http_proxy", elsewhere)
        redirect = web.Response(status=307, headers={"Location": elsewhere})
        async with hook(answer=redirect) as (url, asked, _), WebhookMessenger(name="h", url=url) as messenger:
            assert await messenger.deliver(message(), START) is Delivery.RETRY
            assert messenger.fault == "status 307"
    assert len(asked) == 1
    assert stolen == []


def mailer(
    port: int, *, total_timeout_s: float = 10.0, language: Language = Language.EN, **server: Any
) -> SmtpMessenger:
    """Return a messenger to this machine."""
    place = MailServer(host="127.0.0.1", port=port, **({"security": "none"} | server))
    return SmtpMessenger(
        name="email",
        server=place,
        sender="posmon@shop.example",
        recipients=["oncall@shop.example", "boss@shop.example"],
        external_url="https://posmon.example",
        language=language,
        total_timeout_s=total_timeout_s,
    )


async def test_mail_says_what_is_wrong_and_what_to_do() -> None:
    """A subject with site and alert, a text in both languages, and a thread for the site."""
    told = message(notice("1"), still=[notice("2")], resolved=[notice("3", resolved=True)])
    async with mail_server() as server, mailer(server.port) as messenger:
        assert await messenger.deliver(told, START) is Delivery.SENT
        assert await messenger.deliver(message(notice("1", resolved=True)), START) is Delivery.SENT
    first, second = server.mails
    assert first["Subject"] == "[FIRING 2] 上海 1: PaperOut"
    assert first["From"] == "posmon@shop.example"
    assert server.recipients[:2] == ["oncall@shop.example", "boss@shop.example"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["References"] == second["References"]
    text = first.get_content()
    for words in (
        "New: 1",
        "1: paper is out",
        "Put in a new roll",
        "更换打印纸",
        "Still firing: 1",
        "Resolved: 1",
    ):
        assert words in text
    assert "2026-11-21T01:00:00.000Z" in text
    assert "posmon https://posmon.example" in text


async def test_mail_in_chinese() -> None:
    """Everything that has Chinese words is said in Chinese."""
    bilingual = notice("1")
    bilingual.annotations["summary_zh"] = "1：缺纸"  # noqa: RUF001
    told = message(bilingual, still=[notice("2")], resolved=[notice("3", resolved=True)])
    async with mail_server() as server, mailer(server.port, language=Language.ZH) as messenger:
        assert await messenger.deliver(told, START) is Delivery.SENT
    (mail,) = server.mails
    assert mail["Subject"] == "[告警 2] 上海 1：PaperOut"  # noqa: RUF001
    lines = mail.get_content().splitlines()
    assert lines[:6] == [
        "新告警：1",  # noqa: RUF001
        "",
        "* PaperOut：1：缺纸",  # noqa: RUF001
        "  开始 2026-11-21T01:00:00.000Z",
        "  处理 更换打印纸",
        "  标签 severity=critical site=上海 1 terminal_id=1",
    ]
    assert "* PaperOut：2: paper is out" in lines  # noqa: RUF001
    assert "Put in a new roll" not in mail.get_content()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, "  Held     acknowledged by ann: on my way"),
        (Language.ZH, "  暂缓 acknowledged by ann: on my way"),
    ],
)
async def test_mail_says_why_an_alert_is_held(language: Language, said: str) -> None:
    """Of those that still fire; in one line, and not of one that is over."""
    held = notice("2", held="acknowledged by ann: on\nmy way")
    told = message(notice("1"), still=[held], resolved=[notice("3", resolved=True, held="silenced")])
    async with mail_server() as server, mailer(server.port, language=language) as messenger:
        assert await messenger.deliver(told, START) is Delivery.SENT
    lines = server.mails[0].get_content().splitlines()
    assert lines.count(said) == 1
    assert not any("silenced" in line for line in lines)


async def test_a_held_alert_is_told_with_its_group_and_when_it_is_over() -> None:
    """Nothing is sent for its own sake in between, however often the outbox repeats it."""
    ack = "acknowledged by ann"
    async with hook() as (url, _, documents):
        messenger = WebhookMessenger(name="h", url=url)
        async with DirectSink(messenger=messenger, manner=ReceiverPolicy(), clock=FakeClock()) as sink:
            for batch in (
                [notice("1")],
                [notice("1", held=ack)],
                [notice("1", held=ack)],
                [notice("1", held=ack), notice("2")],
                [notice("1", resolved=True), notice("2")],
            ):
                assert await sink.send(batch) is Delivery.SENT
    told = [[(a["labels"]["terminal_id"], a["status"]) for a in one["alerts"]] for one in documents]
    assert told == [
        [("1", "firing")],
        [("2", "firing"), ("1", "firing")],
        [("2", "firing"), ("1", "resolved")],
    ]


async def test_hostile_words_stay_in_their_line() -> None:
    """A site's name adds neither a header nor a line to a mail."""
    bad = "x\r\nBcc: thief@example.com\r\n\r\n.\r\nMAIL FROM:<a@b>\u2028y"
    async with mail_server() as server, mailer(server.port) as messenger:
        told = Notification(group={"site": bad}, new=[notice(site=bad)])
        assert await messenger.deliver(told, START) is Delivery.SENT
    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert set(server.recipients) == {"oncall@shop.example", "boss@shop.example"}
    assert not [line for line in mail.get_content().splitlines() if line.startswith(("Bcc", "MAIL", "."))]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mail_is_encrypted_and_logged_in(security: str) -> None:
    """With a certificate that is vouched for."""
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    authority.configure_trust(ours)
    kind = "tls" if security == "starttls" else "wrapped"
    async with mail_server(**{kind: theirs}) as server:
        login: dict[str, Any] = {"username": "posmon", "password": "s3cret"}
        async with mailer(server.port, security=security, tls=ours, **login) as messenger:
            assert await messenger.deliver(message(), START) is Delivery.SENT
    assert server.encrypted == [True]
    assert server.logins == [("posmon", "s3cret")]


async def test_mail_is_never_downgraded() -> None:
    """A server without STARTTLS, or with a certificate nobody vouches for, gets neither log-in nor mail."""
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(theirs)
    for tls, fault in ((None, "the server lacks STARTTLS, log-in or UTF-8"), (theirs, "tls")):
        async with (
            mail_server(tls=tls) as server,
            mailer(server.port, security="starttls", username="u", password="p") as messenger,  # noqa: S106
        ):
            assert await messenger.deliver(message(), START) is Delivery.RETRY
            assert messenger.fault == fault
        assert not server.logins
        assert not server.mails


@pytest.mark.parametrize(
    ("word", "reply", "delivery", "fault"),
    [
        ("", "554 go away", Delivery.RETRY, "status 554"),
        ("AUTH", "535 no", Delivery.RETRY, "log-in refused (535)"),
        ("MAIL", "451 later", Delivery.RETRY, "sender refused (451)"),
        (
            "RCPT",
            "550 unknown",
            Delivery.RETRY,
            "recipients refused: oncall@shop.example (550), boss@shop.example (550)",
        ),
        ("DATA", "451 later", Delivery.RETRY, "status 451"),
        (".", "452 full", Delivery.RETRY, "status 452"),
        (".", "554 spam", Delivery.REJECTED, ""),
    ],
)
async def test_what_the_server_says_becomes_a_result(
    word: str, reply: str, delivery: Delivery, fault: str
) -> None:
    """What may work later is tried again; what is refused for its words is not."""
    async with mail_server() as server:
        server.answers[word] = reply
        async with mailer(server.port, username="u", password="p") as messenger:  # noqa: S106
            with capture_logs() as logs:
                assert await messenger.deliver(message(), START) is delivery
            assert messenger.fault == fault
    assert [entry["event"] for entry in logs] == (["receiver.unavailable"] if fault else [])
    assert "go away" not in json.dumps(logs)


async def test_a_silent_server_does_not_hold_anybody_up() -> None:
    """The deadline ends the mail and the thread."""
    async with mail_server() as server:
        server.answers["EHLO"] = ""
        async with mailer(server.port, total_timeout_s=0.2) as messenger:
            assert await messenger.deliver(message(), START) is Delivery.RETRY
            assert messenger.fault == "timeout"
        await eventually(_no_thread_is_left, within_s=5)


async def _no_thread_is_left() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith("posmon email")]


async def test_nobody_listens() -> None:
    """A mail server that is away is a result."""
    async with mail_server() as server:
        port = server.port
    async with mailer(port) as messenger:
        assert await messenger.deliver(message(), START) is Delivery.RETRY
        assert messenger.fault == "refused"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
async def test_apprise_reaches_its_services() -> None:
    """Whatever apprise knows is told the words of the mail, in its language; what fails may work later."""
    async with hook() as (url, _, documents):
        service = url.replace("http://", "json://")
        async with AppriseMessenger(name="oncall", url=service) as messenger:
            assert await messenger.deliver(message(), START) is Delivery.SENT
        async with AppriseMessenger(name="room", url=service, language=Language.ZH) as messenger:
            assert await messenger.deliver(message(), START) is Delivery.SENT
    assert documents[0]["title"] == "[FIRING 1] 上海 1: PaperOut"
    assert "Put in a new roll" in documents[0]["message"]
    assert documents[1]["title"] == "[告警 1] 上海 1：PaperOut"  # noqa: RUF001
    async with AppriseMessenger(name="oncall", url=service) as messenger:
        assert await messenger.deliver(message(), START) is Delivery.RETRY
        assert messenger.fault


async def test_a_letter_by_mail_is_html_with_plain_text() -> None:
    """Sent once more it has the same Message-ID, another letter has another; who is refused is named."""
    async with (
        mail_server() as server,
        SmtpMessenger(
            name="email",
            server=MailServer(host="127.0.0.1", port=server.port, security="none"),
            sender="posmon@shop.example",
            recipients=["boss@shop.example"],
        ) as messenger,
    ):
        for letter in (LETTER, LETTER, replace(LETTER, key="another")):
            assert await messenger.deliver_letter(letter, START) is Delivery.SENT
        server.refused["boss@shop.example"] = "550 gone"
        assert await messenger.deliver_letter(LETTER, START) is Delivery.RETRY
        assert "boss@shop.example (550)" in messenger.fault
    first, again, other = server.mails
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert (first["Subject"], first["To"]) == (LETTER.title, "boss@shop.example")
    assert first.get_content_type() == "multipart/alternative"
    bodies = [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n")) for part in first.iter_parts()
    ]
    assert bodies == [("text/plain", LETTER.text), ("text/html", f"{LETTER.html}\n")]


async def test_a_webhook_gets_a_letter_as_a_document() -> None:
    """What it is about, and its words."""
    async with (
        hook() as (url, _, documents),
        WebhookMessenger(name="h", url=url, external_url="https://posmon.example") as messenger,
    ):
        assert await messenger.deliver_letter(LETTER, START) is Delivery.SENT
    assert documents == [
        {
            "kind": "digest",
            "digest": {"fired": 3},
            "key": LETTER.key,
            "title": LETTER.title,
            "text": LETTER.text,
            "receiver": "h",
            "externalURL": "https://posmon.example",
        }
    ]


async def test_apprise_gets_a_letter_as_its_service_shows_it() -> None:
    """Mail as HTML, to which apprise adds the plain text; a messenger as plain text."""
    async with hook() as (url, _, documents), mail_server() as server:
        async with AppriseMessenger(name="room", url=url.replace("http://", "json://")) as messenger:
            assert await messenger.deliver_letter(LETTER, START) is Delivery.SENT
        mailbox = (
            f"mailto://127.0.0.1:{server.port}?from=posmon@shop.example&to=boss@shop.example&mode=insecure"
        )
        async with AppriseMessenger(name="ops-mail", url=mailbox) as messenger:
            assert await messenger.deliver_letter(LETTER, START) is Delivery.SENT, messenger.fault
    assert (documents[0]["title"], documents[0]["message"]) == (LETTER.title, LETTER.text.strip())
    (mail,) = server.mails
    kinds = [part.get_content_type() for part in mail.walk()]
    assert {"text/plain", "text/html"} <= set(kinds)
    body = mail.get_body(("html",))
    assert isinstance(body, EmailMessage)
    assert "上海" in body.get_content()


async def test_a_direct_receiver_notes_each_message_that_it_delivers() -> None:
    """With what was new in it and how many ended; what it keeps to itself is no message."""
    told = ToldLog()
    async with (
        hook() as (url, _, _documents),
        DirectSink(
            messenger=WebhookMessenger(name="h", url=url),
            manner=ReceiverPolicy(),
            clock=FakeClock(),
            way=Way.WEBHOOK,
            told=told,
        ) as sink,
    ):
        await sink.send([notice("1"), notice("2"), notice("3", severity="info")])
        await sink.send([notice("1"), notice("2")])
        await sink.send([notice("1", resolved=True), notice("2")])
    found = [(one.receiver, one.way, len(one.firing), one.resolved) for one in told.drain_unsaved().messages]
    assert found == [("h", Way.WEBHOOK, 2, 0), ("h", Way.WEBHOOK, 0, 1)]
