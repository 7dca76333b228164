"""One round of asking a source, outside the daemon, for one of its terminals."""

from contextlib import AsyncExitStack

import uvloop

from monitor.adapters.sources.mapped_json import MappedJson
from monitor.adapters.sources.mqtt_messages import Messages
from monitor.adapters.system import SystemClock
from monitor.assembly.sources import board_of, mapping_of, open_source
from monitor.cli.probe.polled import Polled
from monitor.config.source_settings import SourceSettings
from monitor.ports.clock import Clock
from monitor.ports.terminal_source import TerminalSource

LOOK_S = 0.05
"""How often posmon looks whether a message has come."""


def poll_source(source: SourceSettings, terminal: str) -> Polled:
    """Ask `source` for all its terminals and return what it says of the one it calls `terminal`.

    A broker is listened to until a message of the terminal comes, or the source's timeout has passed.
    """
    return uvloop.run(_poll(source, terminal))


async def _poll(settings: SourceSettings, terminal: str) -> Polled:
    clock, board = SystemClock(), board_of(settings)
    async with AsyncExitStack() as stack:
        source = await open_source(stack, settings, clock)
        messages = _messages_of(source) if settings.kind == "mqtt" else None
        if messages is not None:
            messages.watched = terminal
        began = clock.monotonic()
        board.begin_round(clock.now())
        ended = await source.ask(lambda reports: board.file(reports, clock.now()))
        board.end_round(ended, clock.now())
        item: object = None
        if messages is not None and ended.is_good:
            item = await _next_message(messages, clock, within_s=settings.timeout_s)
        elif isinstance(source, MappedJson):
            item = await source.find(terminal)
        found = board.look_up(terminal, clock.now())._replace(duration_s=clock.monotonic() - began)
        mapping = () if item is None else tuple(mapping_of(settings).explain(item))
        return Polled(clock.now(), found, mapping)


def _messages_of(source: TerminalSource) -> Messages:
    from monitor.adapters.sources.mqtt import MqttTopics

    assert isinstance(source, MqttTopics)  # noqa: S101 - for mypy: its kind says so
    return source.messages


async def _next_message(messages: Messages, clock: Clock, *, within_s: float) -> object:
    """Return the first message of the terminal that is watched, a retained one too; None where none comes."""
    ends_at = clock.monotonic() + within_s
    while messages.document is None and clock.monotonic() < ends_at:
        await clock.sleep(LOOK_S)
    return messages.document
