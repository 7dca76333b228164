"""Simulated terminals that publish, a real broker (mosquitto), and posmon as the one that listens."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import yaml

from monitor.adapters.system import SystemClock
from monitor.cli.probe.source_poll import poll_source
from monitor.cli.run.publishing import source_of
from monitor.config.source_settings import SourceSettings
from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.mqtt_publisher import BrokerAddress, BrokerAway, Publishing
from monitor.simulator.simulated_fleet import MQTT, SimulatedFleet
from tests.alertmanagers import eventually
from tests.mosquitto import RealMosquitto, mosquitto

Messages = list[tuple[str, Any, bool]]
"""Topic, content and whether the broker had kept it."""


def publishing_to(broker: RealMosquitto, **how: Any) -> Publishing:
    """Return how a quick fleet publishes."""
    return Publishing(BrokerAddress("127.0.0.1", broker.port), **({"interval_s": 0.2} | how))


def fleet_at(broker: RealMosquitto, terminals: int = 2, **how: Any) -> SimulatedFleet:
    """Return a fleet that will publish."""
    publishing = publishing_to(broker, **how)
    return SimulatedFleet(clock=SystemClock(), terminals=terminals, kind=MQTT, publishing=publishing)


@asynccontextmanager
async def heard(broker: RealMosquitto) -> AsyncIterator[Messages]:
    """Yield what a subscriber hears, growing."""
    messages: Messages = []

    async def listen(client: aiomqtt.Client) -> None:
        async for message in client.messages:
            content = json.loads(bytes(message.payload))
            messages.append((message.topic.value, content, message.retain))

    async with broker.client() as client:
        await client.subscribe("pos/#", qos=1)
        listening = asyncio.get_running_loop().create_task(listen(client))
        try:
            yield messages
        finally:
            listening.cancel()


async def until(messages: Messages, topic: str, content: Any = None, *, times: int = 1) -> None:
    """Wait until `topic` was heard so often, with that content if one is given."""

    async def has_come() -> bool:
        found = [one for one in messages if one[0] == topic and content in (None, one[1])]
        return len(found) >= times

    await eventually(has_come)


async def test_posmon_hears_each_terminal(tmp_path: Path) -> None:
    """The source that `posmon simulate` prints reads what the fleet publishes."""
    async with mosquitto(tmp_path) as broker, fleet_at(broker) as fleet:
        fleet.set_fault("10000002", "paper_out")
        first, second = fleet.inventory
        assert (first.endpoint, fleet.url) == ("mqtt:10000001", f"mqtt://127.0.0.1:{broker.port}")
        settings = SourceSettings.model_validate(yaml.safe_load(source_of(publishing_to(broker))))

        async def hears_paper_out() -> bool:
            polled = await asyncio.to_thread(poll_source, settings, second.terminal_id)
            reading = polled.result.reading
            assert polled.result.outcome is Outcome.OK
            assert reading is not None
            assert reading.serial_number == second.serial_number
            return reading.printer_status is PrinterStatus.PAPER_OUT

        await eventually(hears_paper_out)


async def test_a_terminal_that_goes_offline_leaves_its_last_will(tmp_path: Path) -> None:
    """It publishes again when it is back; the other one is not affected."""
    async with mosquitto(tmp_path) as broker, heard(broker) as messages, fleet_at(broker) as fleet:
        await until(messages, "pos/10000001/online", 1)
        fleet.set_fault("10000001", "hang")
        await until(messages, "pos/10000001/online", 0)
        fleet.clear("10000001")
        await until(messages, "pos/10000001/online", 1, times=2)
        assert [said for topic, said, _ in messages if topic == "pos/10000002/online"] == [1]


async def test_the_end_of_the_simulation_is_a_power_cut(tmp_path: Path) -> None:
    """The broker publishes all wills and keeps them."""
    async with mosquitto(tmp_path) as broker:
        async with fleet_at(broker):
            pass
        async with heard(broker) as messages:
            await until(messages, "pos/10000001/online", 0)
            await until(messages, "pos/10000002/online", 0)


@pytest.mark.parametrize("retain", [False, True])
async def test_states_are_retained_if_asked(retain: bool, tmp_path: Path) -> None:
    """Who subscribes later gets the last one, as old news."""
    async with mosquitto(tmp_path) as broker:
        async with fleet_at(broker, retain=retain):
            pass
        async with heard(broker) as messages:
            await until(messages, "pos/10000001/online", 0)
            await until(messages, "pos/10000002/online", 0)
            assert {topic for topic, _, is_kept in messages if is_kept and topic.endswith("state")} == (
                {"pos/10000001/state", "pos/10000002/state"} if retain else set()
            )


async def test_duplicates_come_twice(tmp_path: Path) -> None:
    """Each state is followed by itself; posmon leaves the second out by `seen_at`."""
    async with (
        mosquitto(tmp_path) as broker,
        heard(broker) as messages,
        fleet_at(broker, terminals=1, twice=True),
    ):
        await until(messages, "pos/10000001/state", times=6)
        states = [said for topic, said, _ in messages if topic.endswith("state")]
        assert states[0:6:2] == states[1:6:2]
        assert states[0] != states[2]


async def test_a_broker_that_comes_back_is_published_to_again(tmp_path: Path) -> None:
    """The fleet tries again at each interval."""
    async with mosquitto(tmp_path) as broker, fleet_at(broker):
        await broker.kill()
        await SystemClock().sleep(0.5)
        await broker.start()
        async with heard(broker) as messages:
            await until(messages, "pos/10000002/state")


async def test_a_broker_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Nothing listens, or it wants a log-in."""
    with pytest.raises(BrokerAway, match="Connection refused"):
        await fleet_at(RealMosquitto(tmp_path)).__aenter__()
    async with mosquitto(tmp_path, password="x") as broker:  # noqa: S106 - of a broker that lives for one test
        with pytest.raises(BrokerAway, match="the broker"):
            await fleet_at(broker).__aenter__()
