"""posmon with its polling simulated at the port; its argument is `--config FILE`.

Everything else is the daemon's: inventory, scheduler, decoding, detectors, life cycle, store, web side. Each
terminal answers as soon as the event loop comes round, with a heartbeat of its own that is decoded like any
other; there is no socket, so neither are there peers and connections to remember.
"""

import asyncio
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import uvloop

from bench.fleet import terminal_id
from bench.programs.heartbeat_server import REFRESH_S, document, tail
from monitor.app import run
from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.logs import configure_logging
from monitor.ports.clock import Clock
from monitor.ports.collector import PollTarget

REPORT = "covered"
HEADER = "terminal_id,endpoint,site,region,vendor,model"
_SCHEME = "http://"
_ID = slice(len(_SCHEME), len(_SCHEME) + len(terminal_id(0)))
_FIRST = int(terminal_id(0))
_TOOK_S = 0.02


def inventory(count: int) -> Iterator[str]:
    """Yield the lines of an inventory of `count` terminals; short ones, a file may have 64 MiB."""
    yield HEADER
    for index in range(count):
        own_id = terminal_id(index)
        yield f"{own_id},{_SCHEME}{own_id}.pos/hb,site-{index // 10},north,newland,N910"


class SimulatedPolling:
    """Answers every poll with a good heartbeat of the terminal it is for; a `HeartbeatClient`.

    How many terminals were asked at all is written to the file `report` every second.
    """

    kept_connections = 0

    def __init__(self, report: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._asked: dict[PollTarget, Callable[[PollResult], None]] = {}
        # Two places of the document are the terminal's own: its id, and the serial number with it.
        text = msgspec.json.encode(document(0)).decode().replace("%", "%%")
        self._document = text[:-1].replace(terminal_id(0), "%(id)s").replace("N910-00000000", "N910-%(id)s")
        self._covered = bytearray()
        self._report = report
        self._started = time.perf_counter()
        self._tail = ""
        self._refresh()

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Answer at the next turn of the loop."""
        if not self._asked:
            self._loop.call_soon(self._answer)
        self._asked[target] = done

    def trust(self, tls: ssl.SSLContext) -> None:
        """Take no notice: nothing is spoken."""

    def forget(self, target: PollTarget) -> None:
        """Leave a poll under way unanswered."""
        self._asked.pop(target, None)

    def _answer(self) -> None:
        asked, self._asked = self._asked, {}
        for target, done in asked.items():
            done(self._result(target.endpoint[_ID]))

    def _result(self, own_id: str) -> PollResult:
        self._note(int(own_id) - _FIRST)
        body = (self._document % {"id": own_id} + self._tail).encode()
        heartbeat = read_heartbeat(body)
        return PollResult(Outcome.OK, _TOOK_S, heartbeat.reading, "", heartbeat.events)

    def _note(self, index: int) -> None:
        if index >= len(self._covered):
            self._covered.extend(bytes(index + 1 - len(self._covered)))
        self._covered[index] = 1

    def _refresh(self) -> None:
        self._report.write_text(str(self._covered.count(1)))
        self._tail = tail(self._started).decode()
        self._loop.call_later(REFRESH_S, self._refresh)


def main(config: Path) -> None:
    """Run the daemon until it is told to stop; what was asked is told beside its configuration."""

    async def polling(_stack: AsyncExitStack, _settings: Settings, _clock: Clock) -> SimulatedPolling:
        return SimulatedPolling(config.with_name(REPORT))

    configure_logging(level="warning")
    uvloop.run(run(lambda: load_settings(config, {}), polling=polling))


if __name__ == "__main__":
    main(Path(sys.argv[sys.argv.index("--config") + 1]))
