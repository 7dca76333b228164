"""ZVT enquiries by posmon's collector, or by the least that can ask, in a process of their own.

The bare client sends the same bytes over a connection for each enquiry. It has no deadline, no resolver, no
rules of addresses, and reads nothing of the answer: a floor, not a rival.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import uvloop

from bench.programs.zvt_terminals import ACKNOWLEDGEMENT
from monitor.adapters.collectors.http_json.resolver import ThreadedResolver
from monitor.adapters.collectors.sockets.collector import SocketCollector
from monitor.adapters.collectors.zvt.enquiry import StatusEnquiry
from monitor.adapters.system import SystemClock
from monitor.assembly.gc_tuning import freeze_gc
from monitor.config.values import network
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget

AT_ONCE = 50
CLOCK = SystemClock()
Ask = Callable[[], Awaitable[None]]
"""Makes one enquiry."""


class BareEnquiry(asyncio.Protocol):
    """One connection: asks, acknowledges the completion, and closes."""

    def __init__(self, ended: asyncio.Future[None]) -> None:
        self._ended = ended
        self._received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask at once."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"\x05\x01\x00")

    def data_received(self, data: bytes) -> None:
        """Acknowledge what goes beyond an acknowledgement."""
        self._received += len(data)
        if self._received > len(ACKNOWLEDGEMENT):
            self._transport.write(ACKNOWLEDGEMENT)
            self._transport.close()
            self._ended.set_result(None)


@asynccontextmanager
async def by_the_bare_client(port: int) -> AsyncIterator[Ask]:
    """Yield what makes one enquiry by the bare client."""
    loop = asyncio.get_running_loop()

    async def ask() -> None:
        ended: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(lambda: BareEnquiry(ended), "127.0.0.1", port)
        await ended

    yield ask


@asynccontextmanager
async def by_posmon(port: int) -> AsyncIterator[Ask]:
    """Yield what makes one enquiry as the daemon makes it."""
    loop = asyncio.get_running_loop()
    cadence = Cadence(interval_s=60.0, timeout_s=5.0)
    async with (
        ThreadedResolver(clock=CLOCK) as resolver,
        SocketCollector(
            conversations={"zvt": StatusEnquiry},
            over_tls={},
            clock=CLOCK,
            policy=AddressPolicy(allowed_networks=(network("127.0.0.0/8"),)),
            resolver=resolver,
            concurrency=2 * AT_ONCE,  # a poll ends a moment before its place is free
        ) as collector,
    ):

        async def ask() -> None:
            ended: asyncio.Future[PollResult] = loop.create_future()
            target = PollTarget(endpoint=f"zvt://127.0.0.1:{port}", cadence=cadence)
            collector.begin(target, ended.set_result)
            result = await ended
            assert result.outcome is Outcome.OK, result.detail

        yield ask


async def measured(side: str, port: int, window_s: float) -> dict[str, float]:
    """Ask for `window_s`; return CPU per enquiry and enquiries a second."""
    asked = 0
    async with {"bare": by_the_bare_client, "posmon": by_posmon}[side](port) as ask:

        async def keep_asking(ends_at: float) -> None:
            nonlocal asked
            while time.perf_counter() < ends_at:
                await ask()
                asked += 1

        cpu_s, began = time.process_time(), time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(keep_asking(began + window_s))
        took_s = time.perf_counter() - began
    return {"cpu_us": (time.process_time() - cpu_s) / asked * 1e6, "per_s": asked / took_s}


def main() -> None:
    """`bare|posmon PORT SECONDS`; prints the figures as JSON."""
    side, port, window_s = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    freeze_gc()  # as the daemon does
    print(json.dumps(uvloop.run(measured(side, port, window_s))), flush=True)


if __name__ == "__main__":
    main()
