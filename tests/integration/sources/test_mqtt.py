"""The source of kind mqtt with a real broker: mosquitto of Debian."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from monitor.adapters.sources.json_mapping import Expression, JsonMapping, Mapped
from monitor.adapters.sources.mqtt import Broker, MqttTopics
from monitor.adapters.sources.mqtt_messages import AvailabilityWords, Messages
from monitor.adapters.system import SystemClock
from monitor.cli.probe.source_poll import poll_source
from monitor.config.source_settings import SourceSettings
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, UNAUTHORIZED, RoundResult, TerminalReport
from monitor.domain.sources.topic import TopicPattern
from tests.alertmanagers import eventually
from tests.integration.sources.service import LOOPBACK
from tests.mosquitto import RealMosquitto, mosquitto

PASSWORD = "correct horse"  # noqa: S105 - of a broker that lives for one test


class Heard:
    """What a listener was delivered, in order."""

    def __init__(self, source: MqttTopics) -> None:
        self.source = source
        self.reports: list[TerminalReport] = []

    async def ask(self) -> RoundResult:
        """Ask once."""
        return await self.source.ask(self.reports.extend)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something has come."""

        async def probe() -> bool:
            return is_so()

        await eventually(probe)

    async def until_asked_as(self, result: str) -> RoundResult:
        """Ask again and again until the answer is `result`."""

        async def probe() -> RoundResult | None:
            answer = await self.ask()
            return answer if answer.result == result else None

        return await eventually(probe)

    def batteries(self) -> list[float | None]:
        """Return the charge that each report tells, %."""
        return [one.reading.battery.percent if one.reading.battery else None for one in self.reports]


@asynccontextmanager
async def listening(
    port: int,
    *,
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    allowed: AddressPolicy = LOOPBACK,
) -> AsyncIterator[Heard]:
    """Listen to the state and the availability of terminals."""
    mapping = JsonMapping(id=None, fields={"battery.percent": Mapped(expression=Expression("battery"))})
    availability = AvailabilityWords(topic=TopicPattern("pos/{id}/online"), online="1", offline="0")
    source = MqttTopics(
        broker=Broker("127.0.0.1", port, "posmon" if password else None, password, tls),
        messages=Messages(
            topics=[TopicPattern("pos/{id}/state")],
            mapping=mapping,
            availability=availability,
            wall=lambda: SystemClock().now().wall,
        ),
        allowed=allowed,
        timeout_s=3.0,
        keepalive_s=60,
        clock=SystemClock(),
    )
    async with source:
        yield Heard(source)


async def test_messages_become_reports_as_they_come(tmp_path: Path) -> None:
    """A terminal's id stands in the topic; other topics are not heard."""
    async with mosquitto(tmp_path) as broker, listening(broker.port) as heard:
        assert await heard.ask() == RoundResult(GOOD, is_complete=False)
        await broker.publish("elsewhere/T1/state", '{"battery": 1}')
        await broker.publish("pos/T1/state", '{"battery": 41}')
        await broker.publish("pos/终端/state", '{"battery": 42}')
        await heard.until(lambda: len(heard.reports) >= 2)
    assert [report.terminal for report in heard.reports] == ["T1", "终端"]
    assert heard.batteries() == [41, 42]


async def test_retained_state_is_not_taken_for_news(tmp_path: Path) -> None:
    """The broker hands out the last state at once, however old; the retained availability counts."""
    async with mosquitto(tmp_path) as broker:
        await broker.publish("pos/T1/state", '{"battery": 13}', retain=True)
        await broker.publish("pos/T1/online", "1", retain=True)
        async with listening(broker.port) as heard:
            await heard.ask()
            await heard.until(lambda: bool(heard.reports))
            await broker.publish("pos/T1/state", '{"battery": 14}')
            await heard.until(lambda: len(heard.reports) >= 2)
    assert heard.batteries() == [None, 14]
    assert [report.online for report in heard.reports] == [True, True]


async def test_the_last_will_of_a_terminal_that_loses_power_is_heard(tmp_path: Path) -> None:
    """The broker publishes it when the connection breaks."""
    async with mosquitto(tmp_path) as broker, listening(broker.port) as heard:
        await heard.ask()
        await broker.publish("pos/T1/online", "1", retain=True)
        await heard.until(lambda: len(heard.reports) == 1)
        reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
        writer.write(_connect(will_topic="pos/T1/online", will="0"))
        assert await reader.readexactly(4) == b"\x20\x02\x00\x00"  # CONNACK: accepted
        writer.close()  # without DISCONNECT, as a power cut does
        await heard.until(lambda: len(heard.reports) == 2)
    assert [report.online for report in heard.reports] == [True, False]


async def test_a_broker_that_is_killed_is_told_and_found_again(tmp_path: Path) -> None:
    """Messages are heard again after its restart, without a restart of posmon."""
    async with mosquitto(tmp_path) as broker, listening(broker.port) as heard:
        await heard.ask()
        await broker.kill()
        ended = await heard.until_asked_as(Outcome.RESET)
        assert not ended.is_good
        await broker.start()
        await heard.until_asked_as(GOOD)
        await broker.publish("pos/T1/state", '{"battery": 7}')
        await heard.until(lambda: bool(heard.reports))
    assert heard.batteries() == [7]


async def test_a_wrong_password_is_named_and_not_tried_again(tmp_path: Path) -> None:
    """Some brokers lock an account; neither the word nor the user appears in the reason."""
    async with mosquitto(tmp_path, password=PASSWORD) as broker:
        async with listening(broker.port, password=PASSWORD[::-1]) as heard:
            first = await heard.ask()
            await SystemClock().sleep(0.3)
            assert await heard.ask() == first
        async with listening(broker.port, password=PASSWORD) as heard:
            assert (await heard.ask()).is_good
    assert first == RoundResult(UNAUTHORIZED, "the broker refuses the user name or the password")
    assert _log(tmp_path).count("not authorised") == 1


@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket")  # paho leaves it to the collector
async def test_tls_is_checked(tmp_path: Path) -> None:
    """A certificate of a trusted authority is taken, any other refused."""
    trusted, stranger = trustme.CA(), trustme.CA()
    async with mosquitto(tmp_path, authority=trusted) as broker:
        async with listening(broker.port, tls=_trusting(trusted)) as heard:
            assert (await heard.ask()).is_good
        async with listening(broker.port, tls=_trusting(stranger)) as heard:
            refused = await heard.ask()
    assert refused == RoundResult(Outcome.TLS, "its certificate is not trusted")


async def test_an_address_that_is_not_allowed_is_never_contacted(tmp_path: Path) -> None:
    """Loopback is not, unless the configuration lists it."""
    async with mosquitto(tmp_path) as broker, listening(broker.port, allowed=AddressPolicy()) as heard:
        refused = await heard.ask()
    assert refused.result == Outcome.REFUSED
    assert "not allowed: loopback" in refused.detail
    assert "New connection" not in _log(tmp_path).replace("New connection from 127.0.0.1:", "", 1)


async def test_nothing_listens() -> None:
    """The reason is a phrase of posmon's."""
    unused = RealMosquitto(Path())
    async with listening(unused.port) as heard:
        assert await heard.ask() == RoundResult(Outcome.REFUSED, "no connection")


async def test_messages_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """The next round says how many; the readable ones count."""
    async with mosquitto(tmp_path) as broker, listening(broker.port) as heard:
        await heard.ask()
        await broker.publish("pos/T1/state", "{")
        await broker.publish("pos/T1/state", '{"battery": 3}')
        await heard.until(lambda: bool(heard.reports))
        assert (await heard.ask()).detail == "1 messages could not be read"


async def test_a_probe_shows_the_mapping_at_work(tmp_path: Path) -> None:
    """A retained message is good enough to write a mapping by; it is not taken for a sign of life."""
    async with mosquitto(tmp_path) as broker:
        await broker.publish("pos/T1/state", '{"battery": 41, "paper": "ripped"}', retain=True)
        settings = SourceSettings.model_validate(
            {
                "name": "broker",
                "kind": "mqtt",
                "url": f"mqtt://127.0.0.1:{broker.port}",
                "timeout": "2s",
                "allowed_networks": ["127.0.0.0/8"],
                "topics": ["pos/{id}/state"],
                "fields": {"battery.percent": "battery", "printer.status": {"path": "paper", "words": {}}},
            }
        )
        polled = await asyncio.to_thread(poll_source, settings, "T1")
        absent = await asyncio.to_thread(poll_source, settings, "T2")
    assert polled.result.outcome is Outcome.AWAITED
    assert [(field.field, field.raw, field.becomes) for field in polled.mapping] == [
        ("battery.percent", 41, 41),
        ("printer.status", "ripped", None),
    ]
    assert absent.mapping == ()


def _connect(*, will_topic: str, will: str) -> bytes:
    """Return a CONNECT packet with a retained last will (MQTT 3.1.1 section 3.1)."""

    def text(written: str) -> bytes:
        return len(written).to_bytes(2, "big") + written.encode()

    flags = bytes([0b00101110])  # clean session, a will with QoS 1 that is retained
    variable = text("MQTT") + b"\x04" + flags + b"\x00\x3c"
    rest = variable + text("terminal") + text(will_topic) + text(will)
    return b"\x10" + bytes([len(rest)]) + rest


def _trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def _log(home: Path) -> str:
    return (home / "mosquitto.log").read_text()
