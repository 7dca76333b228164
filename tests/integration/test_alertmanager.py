"""Alerts from the notifier to real Alertmanagers and on to a real webhook."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.adapters.system import SystemClock
from monitor.domain.alerts.alert import Alert, AlertState, Category, Severity
from monitor.domain.instant import parse_rfc3339, rfc3339
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.suppression.notifiable import Notifiable
from monitor.ports.alert_sink import AlertSink, Delivery
from monitor.services.notifier import Notifier
from tests.alertmanagers import RealAlertmanager, eventually, real_alertmanager
from tests.pagers import pagers
from tests.running import running

RESEND_S = 0.6
"""A firing alert is believed for four times as long."""

CLOCK = SystemClock()


def firing(subject: str = "10000001", **labels: str) -> Alert:
    """Return an alert that began a minute ago and fires now."""
    now = CLOCK.now()
    return Alert(
        alertname="PaperOut",
        subject=subject,
        labels={"alertname": "PaperOut", "severity": "critical", "terminal_id": subject, "site": "上海 1"}
        | labels,
        severity=Severity.CRITICAL,
        category=Category.PRINTER,
        since=now.ago(60),
        state=AlertState.FIRING,
        last_present=now,
        fired_at=now,
        annotations={"summary": f"{subject}: paper is out", "action_zh": "更换打印纸"},
    )


def resolve(alert: Alert) -> Alert:
    """Resolve an alert now."""
    alert.state, alert.resolved_at = AlertState.RESOLVED, CLOCK.now()
    return alert


def moment(text: str) -> float:
    """Return a timestamp of the API as unix seconds, with however many digits it is written."""
    seconds = parse_rfc3339(text)
    assert seconds is not None
    return seconds


def notifier(*sinks: AlertSink, snapshot: Callable[[], Iterable[Alert]]) -> Notifier:
    """Return a notifier in a hurry."""
    return Notifier(
        sinks=sinks,
        clock=CLOCK,
        snapshot=lambda _now: map(Notifiable, snapshot()),
        resend_interval_s=RESEND_S,
        external_labels={"monitor": "north"},
        chance=lambda: 0.05,
    )


@asynccontextmanager
async def webhook() -> AsyncIterator[tuple[str, "asyncio.Queue[dict[str, Any]]"]]:
    """Serve a webhook; yields its URL and the alerts that Alertmanager pages it with."""
    paged: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def take(asked: web.Request) -> web.Response:
        for alert in (await asked.json())["alerts"]:
            paged.put_nowait(alert)
        return web.Response()

    app = web.Application()
    app.router.add_post("/page", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/page")), paged


@pytest.fixture
async def alertmanager(tmp_path: Path) -> AsyncIterator[RealAlertmanager]:
    """Run one Alertmanager."""
    async with real_alertmanager(tmp_path / "am") as one:
        yield one


async def holds(alertmanager: RealAlertmanager, *subjects: str) -> None:
    """Wait until an Alertmanager holds just these terminals' alerts for firing."""

    async def agrees() -> bool:
        return set(await alertmanager.alerts()) == set(subjects)

    await eventually(agrees)


async def test_a_firing_alert_is_shown_with_its_labels_and_beginning(alertmanager: RealAlertmanager) -> None:
    """Exactly as posmon has them, in any script."""
    alert = firing()
    async with AlertmanagerSink(url=alertmanager.url) as sink:
        service = notifier(sink, snapshot=lambda: [alert])
        async with running(service.run()):
            await holds(alertmanager, alert.subject)
            shown = (await alertmanager.alerts())[alert.subject]
    assert shown["labels"] == {**alert.labels, "monitor": "north"}
    assert shown["annotations"] == alert.annotations
    assert shown["startsAt"] == rfc3339(alert.since.wall)


async def test_resends_keep_an_alert_alive_and_without_them_it_expires(
    alertmanager: RealAlertmanager,
) -> None:
    """The end moves on while posmon lives; when it dies, Alertmanager forgets by itself."""
    alert = firing()
    async with AlertmanagerSink(url=alertmanager.url) as sink:
        service = notifier(sink, snapshot=lambda: [alert])
        async with running(service.run()):
            await holds(alertmanager, alert.subject)
            first = (await alertmanager.alerts())[alert.subject]

            async def has_outlived_its_first_term() -> bool:
                return CLOCK.now().wall > moment(first["endsAt"])

            await eventually(has_outlived_its_first_term)
            assert (await alertmanager.alerts())[alert.subject]["startsAt"] == first["startsAt"]
        await holds(alertmanager)


async def test_a_resolved_alert_is_cleared_at_once(alertmanager: RealAlertmanager) -> None:
    """Long before its term is over."""
    alert = firing()
    alive = [alert]
    async with AlertmanagerSink(url=alertmanager.url) as sink:
        service = Notifier(sinks=[sink], clock=CLOCK, snapshot=lambda _now: map(Notifiable, alive))
        async with running(service.run()):
            await holds(alertmanager, alert.subject)
            alive.clear()
            service.notify([resolve(alert)])
            await holds(alertmanager)


async def test_an_alertmanager_that_lost_its_memory_is_told_again(alertmanager: RealAlertmanager) -> None:
    """Killed and started anew, it holds what fires, though nothing new has happened."""
    alert = firing()
    async with AlertmanagerSink(url=alertmanager.url) as sink:
        service = notifier(sink, snapshot=lambda: [alert])
        async with running(service.run()):
            await holds(alertmanager, alert.subject)
            await alertmanager.kill()
            await alertmanager.start()
            await holds(alertmanager, alert.subject)
            assert (await alertmanager.alerts())[alert.subject]["startsAt"] == rfc3339(alert.since.wall)


async def test_what_happened_during_an_outage_is_delivered_after_it(alertmanager: RealAlertmanager) -> None:
    """Alerts that fired, and one that also resolved, each in its last state."""
    short, lasting = firing("short"), firing("lasting")
    alive = [short, lasting]
    async with AlertmanagerSink(url=alertmanager.url) as sink:
        service = notifier(sink, snapshot=lambda: alive)
        await alertmanager.kill()
        async with running(service.run()):
            service.notify(alive)

            async def was_tried() -> bool:
                return service.counts[sink.name, Delivery.RETRY] > 0

            await eventually(was_tried)
            alive.remove(short)
            service.notify([resolve(short)])
            await alertmanager.start()
            await holds(alertmanager, "lasting")
            assert await alertmanager.received("resolved") == 1


class SpoilingSink:
    """A real sink on whose way one terminal's alert gets a label name that no Alertmanager takes."""

    def __init__(self, sink: AlertSink, spoilt: str) -> None:
        self._sink = sink
        self._spoilt = spoilt

    @property
    def name(self) -> str:
        """The real sink's."""
        return self._sink.name

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Spoil and send."""
        return await self._sink.send([self._passed(notice) for notice in notices])

    def _passed(self, notice: PostableAlert) -> PostableAlert:
        if notice.labels["terminal_id"] != self._spoilt:
            return notice
        return replace(notice, labels=notice.labels | {"bad-name": "x"})


async def test_one_bad_alert_in_a_batch_costs_no_other(alertmanager: RealAlertmanager) -> None:
    """Alertmanager answers 400 for the whole batch; only the guilty one is rejected and counted."""
    alerts = [firing(str(number)) for number in range(20)]
    async with AlertmanagerSink(url=alertmanager.url) as real:
        service = notifier(SpoilingSink(real, "7"), snapshot=lambda: alerts)
        async with running(service.run()):
            await holds(alertmanager, *(alert.subject for alert in alerts if alert.subject != "7"))

            async def is_rejected() -> bool:
                return service.counts[real.name, Delivery.REJECTED] == 1

            await eventually(is_rejected)


async def test_an_alert_of_unsendable_labels_does_not_even_spoil_a_batch(
    alertmanager: RealAlertmanager,
) -> None:
    """Alertmanager would store half-Unicode and NUL; posmon does not show it any."""
    alerts = [
        firing("good"),
        firing("nul", model="\0"),
        firing("half", model="\ud800"),
        firing("bare", model=""),
    ]
    async with AlertmanagerSink(url=alertmanager.url) as sink:
        service = notifier(sink, snapshot=lambda: alerts)
        async with running(service.run()):
            await holds(alertmanager, "good", "bare")
    assert service.counts[sink.name, Delivery.REJECTED] == 2
    assert service.counts[sink.name, Delivery.RETRY] == 0


async def test_two_alertmanagers_are_both_told_and_one_that_hangs_delays_no_other(tmp_path: Path) -> None:
    """A frozen Alertmanager holds its own loop only; thawed, it is told as well."""
    alert = firing()
    async with (
        real_alertmanager(tmp_path / "one") as frozen,
        real_alertmanager(tmp_path / "two") as free,
        AlertmanagerSink(url=frozen.url, total_timeout_s=5) as first,
        AlertmanagerSink(url=free.url) as second,
    ):
        frozen.freeze()
        service = notifier(first, second, snapshot=lambda: [alert])
        async with running(service.run()):
            began = time.perf_counter()
            await holds(free, alert.subject)
            assert time.perf_counter() - began < 5
            assert service.counts[first.name, Delivery.SENT] == 0
            frozen.thaw()
            await holds(frozen, alert.subject)
            await holds(free, alert.subject)


async def test_an_alert_that_is_acknowledged_after_it_was_paged_pages_its_end_only(tmp_path: Path) -> None:
    """From the notifier through outbox, silence and Alertmanager: nothing is repeated in between."""
    alert = firing()
    alive = [Notifiable(alert)]
    async with pagers() as receivers:
        configuration = receivers.configuration(repeat="1s")
        async with (
            real_alertmanager(tmp_path / "am", configuration=configuration) as alertmanager,
            AlertmanagerSink(url=alertmanager.url, resend_interval_s=RESEND_S) as sink,
        ):
            service = Notifier(
                sinks=[sink], clock=CLOCK, snapshot=lambda _now: alive, resend_interval_s=RESEND_S
            )

            async def is_paged() -> bool:
                return all(receivers.all)

            async def is_silenced() -> bool:
                return bool(await alertmanager.silences())

            async def is_over() -> bool:
                return all((alert.subject, "resolved") in told for told in receivers.all)

            async with running(service.run()):
                await eventually(is_paged)
                alive[:] = [Notifiable(alert, "acknowledged by ann")]
                await eventually(is_silenced)
                before = [list(told) for told in receivers.all]
                await CLOCK.sleep(1.8)
                assert [list(told) for told in receivers.all] == before
                alive.clear()
                service.notify([resolve(alert)])
                await eventually(is_over)
                assert await alertmanager.silences() == []
    assert [told[len(had) :] for told, had in zip(receivers.all, before, strict=True)] == [
        [(alert.subject, "resolved")],
        [(alert.subject, "resolved")],
    ]


async def test_people_are_paged_the_true_beginning_and_end(tmp_path: Path) -> None:
    """A webhook behind Alertmanager hears of the firing and of the resolve, each once."""
    alert = firing()
    alive = [alert]
    async with (
        webhook() as (url, paged),
        real_alertmanager(tmp_path / "am", webhook=url) as alertmanager,
        AlertmanagerSink(url=alertmanager.url) as sink,
    ):
        service = notifier(sink, snapshot=lambda: alive)
        async with running(service.run()):
            fired = await asyncio.wait_for(paged.get(), 20)
            alive.clear()
            service.notify([resolve(alert)])
            resolved = await asyncio.wait_for(paged.get(), 20)
    assert alert.resolved_at is not None
    assert (fired["status"], resolved["status"]) == ("firing", "resolved")
    assert moment(fired["startsAt"]) == moment(resolved["startsAt"]) == moment(rfc3339(alert.since.wall))
    assert moment(resolved["endsAt"]) == moment(rfc3339(alert.resolved_at.wall))
    assert paged.empty()
