"""The options of `posmon simulate` that are about publishing to an MQTT broker."""

import json
from collections.abc import Callable, Collection
from typing import Any

import click

from monitor.cli.options.shared import Decorator, duration_option, parsed
from monitor.config.durations import format_duration
from monitor.simulator.mqtt_publisher import (
    AVAILABILITY,
    OFFLINE,
    ONLINE,
    PORT,
    STATE,
    BrokerAddress,
    Publishing,
    read_broker,
)
from monitor.simulator.simulated_fleet import MQTT

_SHORTEST_S = 0.1
_HINT = f"a broker for it starts with `mosquitto -p {PORT}`"


def publishing_options() -> Decorator[Any]:
    """Return the options; the command gets what `publishing_of` wants."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (_duplicates, _retain, _publish_every, _broker):
            command = option(command)
        return command

    return decorate


def publishing_of(
    kinds: Collection[str],
    *,
    broker: BrokerAddress | None,
    publish_every: float | None,
    retain: bool,
    duplicates: bool,
) -> Publishing | None:
    """Return how fleets of these kinds publish, None where none does; ClickException where unclear."""
    if MQTT not in kinds:
        if broker is not None or publish_every is not None or retain or duplicates:
            raise click.ClickException("--broker and what goes with it: only a fleet of kind mqtt publishes")
        return None
    if broker is None:
        raise click.ClickException(f"--kind mqtt: needs --broker mqtt://HOST:PORT; {_HINT}")
    if publish_every is not None and publish_every < _SHORTEST_S:
        raise click.ClickException(f"--publish-every: at least {format_duration(_SHORTEST_S)}")
    how = Publishing(broker=broker, retain=retain, twice=duplicates)
    return how if publish_every is None else how._replace(interval_s=publish_every)


def source_of(publishing: Publishing) -> str:
    """Return the source (YAML, one line) by which posmon listens to such a fleet."""
    source = {
        "name": MQTT,
        "kind": MQTT,
        "url": publishing.broker.url,
        "interval": format_duration(publishing.interval_s),
        "allowed_networks": ["127.0.0.0/8", "::1/128"],
        "topics": [STATE],
        "availability": {"topic": AVAILABILITY, "online": ONLINE, "offline": OFFLINE},
        "seen_at": {"path": "at", "format": "epoch"},
        "fields": {
            "battery.percent": "battery",
            "printer.status": {
                "path": "paper",
                "words": {"ok": "ok", "low": "paper_low", "none": "paper_out", "fault": "fault"},
            },
            "firmware_version": "fw",
            "model": "model",
            "serial_number": "serial",
        },
    }
    return json.dumps(source)


_broker = click.option(
    "--broker",
    metavar="URL",
    callback=parsed(read_broker),
    help="Where a fleet of kind mqtt publishes: mqtt://HOST:PORT, a broker without log-in.",
)
_publish_every = duration_option(
    "--publish-every", default=None, help="How often each terminal publishes (5s)."
)
_retain = click.option("--retain", is_flag=True, help="Let the broker keep each terminal's last state.")
_duplicates = click.option(
    "--duplicates", is_flag=True, help="Publish each state twice, as QoS 1 does when an answer is lost."
)
