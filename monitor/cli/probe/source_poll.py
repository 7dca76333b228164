"""One round of asking a source, outside the daemon, for one of its terminals."""

from contextlib import AsyncExitStack

import uvloop

from monitor.adapters.sources.mapped_json import MappedJson
from monitor.adapters.system import SystemClock
from monitor.assembly.sources import board_of, open_source
from monitor.cli.probe.polled import Polled
from monitor.config.source_settings import SourceSettings
from monitor.domain.sources.report import MappedField


def poll_source(source: SourceSettings, terminal: str) -> Polled:
    """Ask `source` for all its terminals and return what it says of the one it calls `terminal`."""
    return uvloop.run(_poll(source, terminal))


async def _poll(settings: SourceSettings, terminal: str) -> Polled:
    clock, board = SystemClock(), board_of(settings)
    async with AsyncExitStack() as stack:
        source = await open_source(stack, settings, clock)
        began = clock.monotonic()
        board.begin_round(clock.now())
        ended = await source.ask(lambda reports: board.file(reports, clock.now()))
        board.end_round(ended, clock.now())
        found = board.look_up(terminal, clock.now())._replace(duration_s=clock.monotonic() - began)
        mapping: tuple[MappedField, ...] = ()
        if isinstance(source, MappedJson):
            item = await source.find(terminal)
            mapping = () if item is None else tuple(source.mapping.explain(item))
        return Polled(clock.now(), found, mapping)
