"""What every alert sink keeps to."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.adapters.direct_notification import DirectSink
from monitor.adapters.direct_notification.messenger import Messenger
from monitor.adapters.direct_notification.smtp import MailServer, SmtpMessenger
from monitor.adapters.direct_notification.webhook import WebhookMessenger
from monitor.domain.instant import rfc3339
from monitor.domain.notification.notification_log import ReceiverPolicy
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.alert_sink import AlertSink, Delivery
from tests.fakes import START, FakeClock, FakeSink
from tests.mail_server import mail_server

STATUSES = {Delivery.SENT: 200, Delivery.PARTIAL: 207, Delivery.RETRY: 503, Delivery.REJECTED: 400}
ARRIVED = {Delivery.SENT, Delivery.PARTIAL}
REPLIES = {Delivery.RETRY: "451 later", Delivery.REJECTED: "554 no"}


@dataclass
class Rig:
    """A sink, the text of what its receiver took, and the way to choose the receiver's next answer."""

    sink: AlertSink
    taken: Callable[[], str]
    answer_next: Callable[[Delivery], None]
    recover: Callable[[], None] = lambda: None


@asynccontextmanager
async def fake_rig() -> AsyncIterator[Rig]:
    """Return a rig around the fake."""
    sink = FakeSink("fake")
    answered: list[Delivery] = []

    def answer(delivery: Delivery) -> None:
        answered.append(delivery)
        sink.answers.append(delivery)

    def taken() -> str:
        results = [*answered, *[Delivery.SENT] * len(sink.batches)]
        batches = [batch for batch, result in zip(sink.batches, results, strict=False) if result in ARRIVED]
        return "".join(f"{notice} {rfc3339(notice.starts_at)}" for batch in batches for notice in batch)

    yield Rig(sink, taken, answer)


@asynccontextmanager
async def http_server(taken: list[str], answers: list[Delivery]) -> AsyncIterator[str]:
    """Serve what takes JSON at any path, and return its URL."""

    async def take(asked: web.Request) -> web.Response:
        answer = answers.pop(0) if answers else Delivery.SENT
        if answer in ARRIVED:
            taken.append(json.dumps(await asked.json(), ensure_ascii=False))
        return web.Response(status=STATUSES[answer])

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/prefix"))


def direct(messenger: Messenger) -> DirectSink:
    """Return a sink around a messenger."""
    return DirectSink(messenger=messenger, manner=ReceiverPolicy(), clock=FakeClock())


@asynccontextmanager
async def alertmanager_rig() -> AsyncIterator[Rig]:
    """Return a rig around the Alertmanager sink."""
    taken: list[str] = []
    answers: list[Delivery] = []
    async with http_server(taken, answers) as url, AlertmanagerSink(url=url) as sink:
        yield Rig(sink, lambda: "".join(taken), answers.append)


@asynccontextmanager
async def webhook_rig() -> AsyncIterator[Rig]:
    """Return a rig around a webhook."""
    taken: list[str] = []
    answers: list[Delivery] = []
    async with http_server(taken, answers) as url, direct(WebhookMessenger(name="hook", url=url)) as sink:
        yield Rig(sink, lambda: "".join(taken), answers.append)


@asynccontextmanager
async def mail_rig() -> AsyncIterator[Rig]:
    """Return a rig around e-mail."""
    async with mail_server() as server:

        def answer(delivery: Delivery) -> None:
            server.answers |= {".": REPLIES[delivery]} if delivery in REPLIES else {}
            server.refused |= {"b@mail.example": "550 no"} if delivery is Delivery.PARTIAL else {}

        def recover() -> None:
            server.answers.clear()
            server.refused.clear()

        def taken() -> str:
            return "".join(mail.get_content() for mail in server.mails)

        place = MailServer(host="127.0.0.1", port=server.port, security="none")
        messenger = SmtpMessenger(
            name="email",
            server=place,
            sender="a@mail.example",
            recipients=["b@mail.example", "c@mail.example"],
        )
        async with direct(messenger) as sink:
            yield Rig(sink, taken, answer, recover)


RIGS = {"fake": fake_rig, "alertmanager": alertmanager_rig, "webhook": webhook_rig, "email": mail_rig}


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """Return each sink in turn with its receiver."""
    async with RIGS[request.param]() as made:
        yield made


def notices(*subjects: str) -> Sequence[PostableAlert]:
    """Return a batch."""
    return [
        PostableAlert(
            labels={"alertname": "PaperOut", "severity": "critical", "terminal_id": subject},
            annotations={"summary": "paper is out", "action_zh": "更换打印纸"},
            starts_at=START.wall + 0.125,
            ends_at=START.wall + 240,
            resolved=False,
        )
        for subject in subjects
    ]


async def test_a_batch_arrives_whole_and_in_order(rig: Rig) -> None:
    """Every notice with its labels, words and times."""
    batch = notices("terminal-1", "terminal-2", "terminal-3")
    assert await rig.sink.send(batch) is Delivery.SENT
    taken = rig.taken()
    for notice in batch:
        assert [
            word for word in (*notice.labels.values(), *notice.annotations.values()) if word not in taken
        ] == []
        assert rfc3339(notice.starts_at) in taken
    places = [taken.index(notice.labels["terminal_id"]) for notice in batch]
    assert places == sorted(places)


@pytest.mark.parametrize("delivery", list(Delivery))
async def test_what_becomes_of_a_batch_is_a_result(rig: Rig, delivery: Delivery) -> None:
    """Failing is no exception, and the next batch stands for itself."""
    rig.answer_next(delivery)
    assert await rig.sink.send(notices("terminal-1")) is delivery
    assert ("terminal-1" in rig.taken()) is (delivery in ARRIVED)
    rig.recover()
    assert await rig.sink.send(notices("terminal-2")) is Delivery.SENT
    assert "terminal-2" in rig.taken()


async def test_a_sink_has_a_name(rig: Rig) -> None:
    """It is one printable word, fit for a label."""
    assert rig.sink.name
    assert rig.sink.name.isprintable()
    assert " " not in rig.sink.name
