"""Alerts that are held back, through a real Alertmanager to a real webhook and a stand-in for PagerDuty."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.adapters.alertmanager.silence_mirror import AT_ONCE, TERM_INTERVALS
from monitor.adapters.system import SystemClock
from monitor.assembly.receivers import receivers
from monitor.config.settings import Settings
from monitor.domain.instant import parse_rfc3339, rfc3339
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.alert_sink import Delivery
from tests.alertmanagers import RealAlertmanager, eventually, real_alertmanager
from tests.pagers import Pagers, pagers
from tests.running import running
from tests.silence_gate import SilenceGate, silence_gate

RESEND_S = 0.6
TERM_S = TERM_INTERVALS * RESEND_S
FLUSHES_S = 1.0
"""Ten group intervals."""

ACK = "acknowledged by ann: on my way"
CLOCK = SystemClock()
FIRED = [("1", "firing")]
BOTH = [("1", "firing"), ("1", "resolved")]


@dataclass
class Posmon:
    """Sends the present state of some alerts to a sink again and again, as the outbox does."""

    sink: AlertmanagerSink
    held: dict[str, str] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    last: Delivery | None = None
    sent: int = 0

    async def send(self) -> Delivery:
        """Send all once."""
        self.last = await self.sink.send([self.notice(terminal) for terminal in self.held])
        self.sent += 1
        return self.last

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            await self.send()
            await CLOCK.sleep(RESEND_S / 6)

    def notice(self, terminal: str) -> PostableAlert:
        """Return the alert of a terminal as it is now."""
        wall = CLOCK.now().wall
        return PostableAlert(
            labels={"alertname": "PaperOut", "monitor": "north", "site": "上海 1", "terminal_id": terminal},
            annotations={"summary": "paper is out"},
            starts_at=wall - 60,
            ends_at=wall - 0.001 if terminal in self.over else wall + 4 * RESEND_S,
            resolved=terminal in self.over,
            held="" if terminal in self.over else self.held[terminal],
        )


@dataclass
class Rig:
    """Posmon, an Alertmanager behind a gate, and what its receivers were told."""

    posmon: Posmon
    alertmanager: RealAlertmanager
    gate: SilenceGate
    pagers: Pagers

    async def told(self, *expected: tuple[str, str]) -> None:
        """Wait until both receivers were told just this."""

        async def agrees() -> bool:
            return self.pagers.all == (list(expected), list(expected))

        await eventually(agrees)

    async def silence_for(self, seconds: float) -> None:
        """Silence the alert by hand."""
        matchers = [{"name": "terminal_id", "value": "1", "isRegex": False, "isEqual": True}]
        now = CLOCK.now().wall
        await self.alertmanager.silence(
            matchers=matchers, startsAt=rfc3339(now - 60), endsAt=rfc3339(now + seconds)
        )

    async def silenced(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many silences are active, and return them."""

        async def found() -> bool:
            return len(await self.alertmanager.silences()) == count

        await eventually(found)
        return await self.alertmanager.silences()


@asynccontextmanager
async def rig(tmp_path: Path, *, maintenance: str = "15m", **options: str) -> AsyncIterator[Rig]:
    """Run all of it, with one alert that fires and was told."""
    async with AsyncExitStack() as stack:
        receivers = await stack.enter_async_context(pagers())
        alertmanager = await stack.enter_async_context(
            real_alertmanager(
                tmp_path / "am", configuration=receivers.configuration(**options), maintenance=maintenance
            )
        )
        gate = await stack.enter_async_context(silence_gate(alertmanager.url))
        sink = await stack.enter_async_context(sink_to(gate.url))
        made = Rig(Posmon(sink, {"1": ""}), alertmanager, gate, receivers)
        await made.posmon.send()
        await made.told(*FIRED)
        yield made


def sink_to(url: str) -> AlertmanagerSink:
    """Return a sink in a hurry."""
    return AlertmanagerSink(url=url, resend_interval_s=RESEND_S)


async def _is(told: list[tuple[str, str]], expected: list[tuple[str, str]]) -> bool:
    return told == expected


async def flushed() -> None:
    """Let ten group intervals pass."""
    await CLOCK.sleep(FLUSHES_S)


async def test_an_acknowledged_alert_that_ends_is_told_to_be_over(tmp_path: Path) -> None:
    """The silence goes before the all-clear comes, so receivers hear it."""
    async with rig(tmp_path) as made, running(made.posmon.run()):
        made.posmon.held["1"] = ACK
        (silence,) = await made.silenced()
        assert silence["comment"] == f"[held by posmon] {ACK}"
        assert {one["name"]: one["value"] for one in silence["matchers"]} == made.posmon.notice("1").labels
        assert {(one["isEqual"], one["isRegex"]) for one in silence["matchers"]} == {(True, False)}
        await flushed()
        made.posmon.over.add("1")
        await made.told(*BOTH)
        await made.silenced(0)


async def test_an_end_that_was_posted_under_a_silence_is_not_told_unless_it_is_posted_again(
    tmp_path: Path,
) -> None:
    """The fact that the mirror is built around; and why posmon repeats ends for a quarter of an hour."""
    async with rig(tmp_path) as made:
        await made.silence_for(1.5)
        made.posmon.over.add("1")
        await made.posmon.send()
        await made.silenced(0)
        await flushed()
        assert made.pagers.all == (FIRED, FIRED)
        await made.posmon.send()
        await made.told(*BOTH)


async def test_a_held_alert_is_not_repeated_and_one_beside_it_is(tmp_path: Path) -> None:
    """Long past the repeat interval, and with the silence extended in place again and again."""
    async with rig(tmp_path, repeat="500ms") as made, running(made.posmon.run()):
        made.posmon.held["1"] = ACK
        (first,) = await made.silenced()
        repeated = made.pagers.webhook.count(("1", "firing"))
        made.posmon.held["2"] = ""
        await CLOCK.sleep(1.2 * TERM_S)
        assert made.pagers.webhook.count(("1", "firing")) <= repeated + 1  # on its way when the hold began
        assert made.pagers.webhook.count(("2", "firing")) >= 5
        assert ("1", "resolved") not in made.pagers.webhook
        assert [one["id"] for one in await made.alertmanager.silences()] == [first["id"]]


async def test_an_alert_that_is_no_longer_held_is_not_told_at_once(tmp_path: Path) -> None:
    """It still fires, and the receivers know; its end is told as always."""
    async with rig(tmp_path) as made, running(made.posmon.run()):
        made.posmon.held["1"] = ACK
        await made.silenced()
        await flushed()
        made.posmon.held["1"] = ""
        await made.silenced(0)
        await flushed()
        assert made.pagers.all == (FIRED, FIRED)
        made.posmon.over.add("1")
        await made.told(*BOTH)


async def test_the_silence_says_why_the_alert_is_held_now(tmp_path: Path) -> None:
    """When the reason changes, so does its comment, and the silence stays the same; any words will do."""
    async with rig(tmp_path) as made:
        comments = []
        for words in (ACK, "silenced by bob", "\ud800\0" + 1000 * "x"):
            made.posmon.held["1"] = words
            assert await made.posmon.send() is Delivery.SENT
            (silence,) = await made.alertmanager.silences()
            comments.append(silence["comment"])
        assert comments[:2] == [f"[held by posmon] {ACK}", "[held by posmon] silenced by bob"]
        assert comments[2].startswith("[held by posmon] ?xxx")
        await made.posmon.send()
        assert made.gate.counts["POST"] == 3


async def test_a_hold_longer_than_the_repeat_interval_ends_with_a_repetition(tmp_path: Path) -> None:
    """Alertmanager's clock of repetition goes on while it is silent."""
    async with rig(tmp_path, repeat="2s") as made, running(made.posmon.run()):
        made.posmon.held["1"] = ACK
        await made.silenced()
        await CLOCK.sleep(2.5)
        assert made.pagers.webhook == FIRED
        made.posmon.held["1"] = ""
        await made.told(*FIRED, *FIRED)


async def test_an_alert_that_was_held_before_it_was_told_is_told_after(tmp_path: Path) -> None:
    """With nothing lost, though it began under a silence."""
    async with rig(tmp_path) as made, running(made.posmon.run()):
        made.posmon.held["2"] = ACK
        await made.silenced()
        await flushed()
        assert made.pagers.all == (FIRED, FIRED)
        made.posmon.held["2"] = ""
        await made.told(*FIRED, ("2", "firing"))


async def test_the_silence_of_a_dead_posmon_ends_by_itself(tmp_path: Path) -> None:
    """Within ten re-send intervals."""
    async with rig(tmp_path) as made:
        async with running(made.posmon.run()):
            made.posmon.held["1"] = ACK
            await made.silenced()
        await CLOCK.sleep(TERM_S + 0.2)
        assert await made.alertmanager.silences() == []


async def test_a_restarted_posmon_goes_on_with_its_silences(tmp_path: Path) -> None:
    """It extends the one there is, and ends it when the alert does."""
    async with rig(tmp_path) as made:
        made.posmon.held["1"] = ACK
        await made.posmon.send()
        (first,) = await made.silenced()
        async with sink_to(made.gate.url) as sink, running((again := Posmon(sink, {"1": ACK})).run()):

            async def is_extended() -> bool:
                return bool((await made.alertmanager.silences())[0]["endsAt"] > first["endsAt"])

            await eventually(is_extended)
            assert [one["id"] for one in await made.alertmanager.silences()] == [first["id"]]
            again.over.add("1")
            await made.told(*BOTH)
            await made.silenced(0)


async def test_a_restarted_posmon_ends_a_silence_whose_hold_ended_meanwhile(tmp_path: Path) -> None:
    """Whether the alert still fires or is over: in both cases it is heard of."""
    async with rig(tmp_path) as made:
        made.posmon.held |= {"1": ACK, "2": ACK}
        await made.posmon.send()
        await made.silenced(2)
        async with sink_to(made.gate.url) as sink:
            again = Posmon(sink, {"1": "", "2": ""})
            again.over.add("1")
            assert await again.send() is Delivery.SENT
            assert await made.alertmanager.silences() == []
            await made.told(*FIRED, *sorted([("1", "resolved"), ("2", "firing")]))


async def test_an_end_waits_while_its_silence_cannot_be_ended(tmp_path: Path) -> None:
    """The batch is tried again, and what else is in it gets through."""
    async with rig(tmp_path) as made:
        made.posmon.held["1"] = ACK
        await made.posmon.send()
        made.gate.refused["DELETE"] = 500
        made.posmon.over.add("1")
        made.posmon.held["2"] = ""
        assert await made.posmon.send() is Delivery.RETRY
        await made.told(*FIRED, ("2", "firing"))
        assert set(await made.alertmanager.alerts()) == {"1", "2"}
        made.gate.refused.clear()
        assert await made.posmon.send() is Delivery.SENT
        await made.told(*FIRED, ("2", "firing"), ("1", "resolved"))


async def test_an_end_waits_no_longer_than_the_silence_lasts(tmp_path: Path) -> None:
    """One that cannot be ended ends by itself, and then the all-clear arrives."""
    async with rig(tmp_path) as made:
        made.posmon.held["1"] = ACK
        await made.posmon.send()
        made.gate.refused["DELETE"] = 500
        made.posmon.over.add("1")
        async with running(made.posmon.run()):
            await made.told(*BOTH)


async def test_an_end_waits_no_longer_where_nothing_can_be_asked_about_silences(tmp_path: Path) -> None:
    """It knows when the silence that it made is over."""
    async with rig(tmp_path) as made:
        made.posmon.held["1"] = ACK
        await made.posmon.send()
        made.gate.refused = dict.fromkeys(("GET", "POST", "DELETE"), 403)
        made.posmon.over.add("1")
        assert await made.posmon.send() is Delivery.RETRY
        async with running(made.posmon.run()):
            await made.told(*BOTH)


async def test_silences_that_are_over_cost_no_request(tmp_path: Path) -> None:
    """Alertmanager 0.25 lists them for five days."""
    async with rig(tmp_path) as made:
        for words in (ACK, "", ACK, ""):
            made.posmon.held["1"] = words
            await made.posmon.send()
        assert made.gate.counts["DELETE"] == 2
        async with sink_to(made.gate.url) as sink:
            await Posmon(sink, {"1": ""}).send()
        assert made.gate.counts["DELETE"] == 2


async def test_a_silence_that_is_gone_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """Alertmanager 0.25 answers 500 for a silence that it does not know: the list says that it is gone."""
    async with rig(tmp_path) as made:
        async with AlertmanagerSink(url=made.gate.url) as sink:
            patient = Posmon(sink, {"1": ACK})
            await patient.send()
            await made.alertmanager.kill()
            await made.alertmanager.start()
            patient.over.add("1")
            assert await patient.send() is Delivery.SENT
        assert made.gate.counts["DELETE"] == 1


async def test_an_alertmanager_that_lost_its_memory_gets_the_silence_anew(tmp_path: Path) -> None:
    """Before it gets the alert, so it does not page for what somebody acknowledged."""
    async with rig(tmp_path) as made, running(made.posmon.run()):
        made.posmon.held["1"] = ACK
        (first,) = await made.silenced()
        await made.alertmanager.kill()
        await CLOCK.sleep(RESEND_S)
        await made.alertmanager.start()
        (second,) = await made.silenced()
        assert first["id"] != second["id"]

        async def holds() -> bool:
            return "1" in await made.alertmanager.alerts()

        await eventually(holds)
        await flushed()
        assert made.pagers.all == (FIRED, FIRED)


async def test_a_silence_lasts_for_ten_of_the_configured_intervals(tmp_path: Path) -> None:
    """As the daemon makes its receivers."""
    async with real_alertmanager(tmp_path / "am") as alertmanager:
        alerting = {"alertmanagers": [alertmanager.url], "resend_interval": "30s"}
        (sink,) = receivers(Settings.model_validate({"alerting": alerting}), CLOCK)
        assert isinstance(sink, AlertmanagerSink)
        async with sink:
            await Posmon(sink, {"1": ACK}).send()
            (silence,) = await alertmanager.silences()
    lasts = (parse_rfc3339(silence["endsAt"]) or 0) - CLOCK.now().wall
    assert 270 < lasts <= 300


async def test_two_alertmanagers_have_a_silence_each(tmp_path: Path) -> None:
    """And both tell the end."""
    async with rig(tmp_path / "one") as first, rig(tmp_path / "two") as second:
        both = (first, second)
        for made in both:
            made.posmon.held["1"] = ACK
        async with running(first.posmon.run(), second.posmon.run()):
            ids = {(await made.silenced())[0]["id"] for made in both}
            assert len(ids) == 2
            for made in both:
                made.posmon.over.add("1")
                await made.told(*BOTH)


async def test_hundreds_of_held_alerts_cost_few_requests(tmp_path: Path) -> None:
    """One each at the beginning, some at the same time, and none until half their time has gone."""
    async with rig(tmp_path) as made:
        made.posmon.held = dict.fromkeys(map(str, range(300)), ACK)
        began = CLOCK.monotonic()
        await made.posmon.send()
        assert CLOCK.monotonic() - began < TERM_S / 2
        assert made.gate.counts["POST"] == 300
        assert 1 < made.gate.at_once <= AT_ONCE
        await made.posmon.send()
        await made.posmon.send()
        assert made.gate.counts["POST"] == 300
        made.posmon.held = dict.fromkeys(map(str, range(300)), "")
        await made.posmon.send()
        assert await made.alertmanager.silences() == []
        assert made.gate.counts["DELETE"] == 300


async def test_a_silence_whose_making_was_cut_off_is_found_again(tmp_path: Path) -> None:
    """Nobody knows whether it was made, so posmon asks before it posts the end."""
    async with rig(tmp_path) as made:
        made.posmon.held["1"] = ACK
        made.gate.lost["POST"] = 502
        assert await made.posmon.send() is Delivery.SENT
        made.posmon.over.add("1")
        assert await made.posmon.send() is Delivery.SENT
        assert await made.alertmanager.silences() == []
        await made.told(*BOTH)


async def test_silences_that_cannot_be_made_are_not_all_tried(tmp_path: Path) -> None:
    """The alerts are posted, and Alertmanager believes in them on."""
    async with rig(tmp_path) as made:
        made.posmon.held = dict.fromkeys(map(str, range(100)), ACK)
        made.gate.refused["POST"] = 500
        with capture_logs() as logs:
            assert await made.posmon.send() is Delivery.SENT
        assert made.gate.counts["POST"] == AT_ONCE
        assert len(await made.alertmanager.alerts()) == 100
        assert [(entry["event"], entry["action"]) for entry in logs] == [
            ("alertmanager.silences_unavailable", "make")
        ]
        made.gate.refused.clear()
        with capture_logs() as logs:
            assert await made.posmon.send() is Delivery.SENT
        assert len(await made.alertmanager.silences()) == 100
        assert [(entry["event"], entry["action"]) for entry in logs] == [
            ("alertmanager.silences_available", "make")
        ]


async def test_an_alertmanager_without_silences_is_told_of_alerts_all_the_same(tmp_path: Path) -> None:
    """A proxy that takes alerts only: posmon says so once."""
    async with rig(tmp_path) as made:
        made.gate.refused = dict.fromkeys(("GET", "POST", "DELETE"), 405)
        made.gate.counts.clear()
        async with sink_to(made.gate.url) as sink:
            again = Posmon(sink, {"1": ACK})
            with capture_logs() as logs:
                assert [await again.send() for _ in range(3)] == [Delivery.SENT] * 3
                again.over.add("1")
                assert await again.send() is Delivery.SENT
            assert [entry["event"] for entry in logs] == ["alertmanager.silences_unavailable"]
            assert made.gate.counts == {"GET": 1}
            await made.told(*BOTH)


async def test_silences_that_cannot_be_read_delay_no_news(tmp_path: Path) -> None:
    """Only ends wait, until a silence of an earlier run would be over."""
    async with rig(tmp_path) as made:
        made.gate.refused["GET"] = 500
        async with sink_to(made.gate.url) as sink:
            again = Posmon(sink, {"1": "", "2": ""})
            again.over.add("1")
            assert await again.send() is Delivery.RETRY
            await made.told(*FIRED, ("2", "firing"))
            await CLOCK.sleep(TERM_S / 2)
            assert await again.send() is Delivery.RETRY
            assert await made.alertmanager.received("resolved") == 0
            await CLOCK.sleep(TERM_S / 2)
            assert await again.send() is Delivery.SENT
            assert await made.alertmanager.received("resolved") == 1


async def test_a_group_whose_only_other_alert_ends_is_told_to_be_over(tmp_path: Path) -> None:
    """A limit of silences: to a receiver of groups, an alert that is silenced does not exist."""
    async with rig(tmp_path, group_by="site") as made, running(made.posmon.run()):
        made.posmon.held["2"] = ""
        incident = [("1", "firing"), ("1+2", "firing")]
        await eventually(lambda: _is(made.pagers.pagerduty, incident))
        made.posmon.held["1"] = ACK
        await made.silenced()
        await flushed()
        made.posmon.over.add("2")
        await eventually(lambda: _is(made.pagers.pagerduty, [*incident, ("1+2", "resolved")]))


async def test_a_hold_of_twice_the_repeat_interval_costs_the_all_clear(tmp_path: Path) -> None:
    """A limit of Alertmanager: by then it has forgotten that it told anybody."""
    async with rig(tmp_path, repeat="1s", maintenance="100ms") as made:
        await made.silence_for(4)
        async with running(made.posmon.run()):
            await CLOCK.sleep(3.2)
        made.posmon.over.add("1")
        await made.posmon.send()
        await made.silenced(0)
        await made.posmon.send()
        await flushed()
        assert ("1", "resolved") not in made.pagers.webhook
