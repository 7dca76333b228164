"""Terminals that publish to an MQTT broker: what silence, a last will and a dead broker come to."""

from pathlib import Path
from typing import Any

from monitor.domain.inventory.terminal import Terminal
from tests.faults.neighbourhood import Neighbourhood, bad_terminal, neighbourhood
from tests.mosquitto import RealMosquitto, mosquitto

STALE_S = 2.0


def published(terminal_id: str, name: str) -> Terminal:
    """Return the row of a terminal that the broker knows as `name`."""
    return bad_terminal(terminal_id, f"broker:{name}")


def source(broker: RealMosquitto, *, stale_s: float = STALE_S) -> dict[str, Any]:
    """Return the configuration of the broker as a source."""
    return {
        "name": "broker",
        "kind": "mqtt",
        "url": f"mqtt://127.0.0.1:{broker.port}",
        "interval": "500ms",
        "stale_after": f"{stale_s:g}s",
        "allowed_networks": ["127.0.0.0/8"],
        "topics": ["pos/{id}/state"],
        "availability": {"topic": "pos/{id}/online", "online": "1", "offline": "0"},
        "fields": {
            "battery.percent": "battery",
            "printer.status": {"path": "paper", "words": {"none": "paper_out", "ok": "ok"}},
        },
    }


QUICK = {name: {"for": "0s"} for name in ("TerminalOffline", "PaperOut", "SourceUnreachable")}


async def firing(here: Neighbourhood, alertname: str, subject: str) -> None:
    """Wait until an alert fires."""

    async def fires() -> bool:
        return (alertname, subject) in await here.posmon.firing()

    await here.until(fires, (alertname, subject))


async def test_a_terminal_that_stops_publishing_is_offline(tmp_path: Path) -> None:
    """Its message is read like a heartbeat; silence and a last will lead to the same alert."""
    bad = [published("quiet", "q-1"), published("willed", "w-1"), published("paperless", "p-1")]
    async with (
        mosquitto(tmp_path) as broker,
        neighbourhood(tmp_path, *bad, sources=[source(broker)], detectors=QUICK) as here,
    ):
        await broker.publish("pos/w-1/online", "1", retain=True)
        await broker.publish("pos/q-1/state", '{"battery": 80, "paper": "ok"}')
        await broker.publish("pos/p-1/online", "1", retain=True)
        await broker.publish("pos/p-1/state", '{"battery": 70, "paper": "none"}')
        await here.until_polled_as("ok", "quiet", "willed", "paperless")
        await firing(here, "PaperOut", "paperless")
        await firing(here, "TerminalOffline", "quiet")
        await here.until_polled_as("silent", "quiet")
        assert ("TerminalOffline", "willed") not in await here.posmon.firing()
        await broker.publish("pos/w-1/online", "0", retain=True)
        await firing(here, "TerminalOffline", "willed")
        await here.until_polled_as("reported_offline", "willed")
        await broker.publish("pos/q-1/state", '{"battery": 79}')
        await here.until_polled_as("ok", "quiet")
        await here.is_served()


async def test_a_dead_broker_is_no_dead_fleet(tmp_path: Path) -> None:
    """One alert names the broker; its terminals are unknown until it is back, and are heard then."""
    bad = [published(f"till-{number}", f"t-{number}") for number in range(5)]
    async with (
        mosquitto(tmp_path) as broker,
        neighbourhood(tmp_path, *bad, sources=[source(broker)], detectors=QUICK) as here,
    ):
        for number in range(5):
            await broker.publish(f"pos/t-{number}/online", "1")
        await here.until_polled_as("ok", *(row.terminal_id for row in bad))
        await broker.kill()
        await firing(here, "SourceUnreachable", "")
        await here.until_polled_as("awaited", *(row.terminal_id for row in bad), failures=0)
        assert {name for name, _ in await here.posmon.firing()} == {"SourceUnreachable"}
        await broker.start()

        async def is_back() -> bool:
            return not await here.posmon.firing()

        await here.until(is_back, "the broker again")
        assert await here.value("posmon_source_up", source="broker") == 1
        await here.is_served()


async def test_a_broker_that_hangs_makes_nobody_silent(tmp_path: Path) -> None:
    """Its connection stays open and brings nothing: posmon finds that out before its terminals seem mute."""
    bad = [published("till", "t-1")]
    async with (
        mosquitto(tmp_path) as broker,
        neighbourhood(tmp_path, *bad, sources=[source(broker, stale_s=9.0)], detectors=QUICK) as here,
    ):
        await broker.publish("pos/t-1/state", '{"battery": 80}')
        await here.until_polled_as("ok", "till")
        broker.freeze()
        await firing(here, "SourceUnreachable", "")
        await here.until_polled_as("awaited", "till", failures=0)
        assert {name for name, _ in await here.posmon.firing()} == {"SourceUnreachable"}
        await here.is_served()
