"""What every alert sink keeps to."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.domain.instant import rfc3339
from monitor.domain.notice import Notice
from monitor.ports.alert_sink import AlertSink, Delivery
from tests.fakes import START, FakeSink

ANSWERS = {Delivery.SENT: 200, Delivery.RETRY: 503, Delivery.REJECTED: 400}


@dataclass
class Rig:
    """A sink, what its receiver was told (as API documents), and the way to choose its next answer."""

    sink: AlertSink
    received: Callable[[], list[dict[str, Any]]]
    answer_next: Callable[[Delivery], None]


def fake_rig() -> Rig:
    """Return a rig around the fake."""
    sink = FakeSink("fake")
    return Rig(sink, lambda: [document(n) for batch in sink.batches for n in batch], sink.answers.append)


def document(notice: Notice) -> dict[str, Any]:
    """Return a notice as Alertmanager's API writes it."""
    return {
        "labels": notice.labels,
        "annotations": notice.annotations,
        "startsAt": rfc3339(notice.starts_at),
        "endsAt": rfc3339(notice.ends_at),
    }


@pytest.fixture(params=["fake", "alertmanager"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """Return each sink in turn with its receiver."""
    if request.param == "fake":
        yield fake_rig()
        return
    received: list[dict[str, Any]] = []
    answers: list[Delivery] = []

    async def take(asked: web.Request) -> web.Response:
        received.extend(await asked.json())
        return web.Response(status=ANSWERS[answers.pop(0) if answers else Delivery.SENT])

    app = web.Application()
    app.router.add_post("/prefix/api/v2/alerts", take)
    async with TestServer(app) as server, AlertmanagerSink(url=str(server.make_url("/prefix"))) as sink:
        yield Rig(sink, lambda: received, answers.append)


def notices(*subjects: str) -> Sequence[Notice]:
    """Return a batch."""
    return [
        Notice(
            labels={"alertname": "PaperOut", "terminal_id": subject},
            annotations={"summary": "paper is out", "action_zh": "更换打印纸"},
            starts_at=START.wall + 0.125,
            ends_at=START.wall + 240,
            resolved=False,
        )
        for subject in subjects
    ]


async def test_a_batch_arrives_whole_and_in_order(rig: Rig) -> None:
    """Every notice with its labels, words and times."""
    batch = notices("1", "2", "3")
    assert await rig.sink.send(batch) is Delivery.SENT
    assert rig.received() == [document(notice) for notice in batch]


@pytest.mark.parametrize("delivery", list(Delivery))
async def test_what_becomes_of_a_batch_is_a_result(rig: Rig, delivery: Delivery) -> None:
    """Failing is no exception, and the next batch stands for itself."""
    rig.answer_next(delivery)
    assert await rig.sink.send(notices("1")) is delivery
    assert await rig.sink.send(notices("1")) is Delivery.SENT
    assert len(rig.received()) == 2


async def test_a_sink_has_a_name(rig: Rig) -> None:
    """It is one printable word, fit for a label."""
    assert rig.sink.name
    assert rig.sink.name.isprintable()
    assert " " not in rig.sink.name
