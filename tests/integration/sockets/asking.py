"""Asking simulated and scripted terminals over TCP."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial

from monitor.adapters.collectors.http_json.resolver import ThreadedResolver
from monitor.adapters.collectors.sockets.collector import OverTls, SocketCollector
from monitor.adapters.collectors.sockets.reachability import Reachability
from monitor.adapters.collectors.sockets.receipt_printer import ReceiptPrinter
from monitor.adapters.collectors.zvt.enquiry import StatusEnquiry
from monitor.adapters.system import SystemClock
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import PollResult
from monitor.ports.collector import PollTarget
from tests.integration.heartbeat_client.polling import TRIAL

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def collector(
    *,
    policy: AddressPolicy = TRIAL,
    password: str = "",
    concurrency: int = 100,
    over_tls: Mapping[str, OverTls] | None = None,
) -> AsyncIterator[SocketCollector]:
    """Return a collector of every scheme over TCP."""
    clock = SystemClock()
    async with (
        ThreadedResolver(clock=clock) as resolver,
        SocketCollector(
            conversations={
                "tcp": Reachability,
                "zvt": partial(StatusEnquiry, password=password),
                "escpos": ReceiptPrinter,
            },
            over_tls=over_tls or {},
            clock=clock,
            policy=policy,
            resolver=resolver,
            concurrency=concurrency,
        ) as asking,
    ):
        yield asking


@asynccontextmanager
async def terminal(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve connections with `talk` on a free port of loopback; return the port."""
    connections: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in connections:
            writer.transport.abort()


async def ask(asking: SocketCollector, endpoint: str, *, timeout_s: float = 2.0) -> PollResult:
    """Ask once, and leave what goes on."""
    result: asyncio.Future[PollResult] = asyncio.get_running_loop().create_future()
    target = PollTarget(endpoint=endpoint, cadence=Cadence(interval_s=30.0, timeout_s=timeout_s))
    asking.begin(target, result.set_result)
    async with asyncio.timeout(10):
        return await result
