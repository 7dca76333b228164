"""Polling in tests: by the real client, and by a future instead of a callback."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, client_tls
from monitor.adapters.collectors.http_json.resolver import ThreadedResolver
from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import PollResult
from monitor.ports.collector import PollTarget

TRIAL = AddressPolicy(allowed_networks=(ip_network("127.0.0.0/8"), ip_network("::1/128")))

MakeClient = Callable[..., HttpHeartbeatClient]


def new_client(resolver: ThreadedResolver, **options: Any) -> HttpHeartbeatClient:
    """Return a client that may poll this host, unless `options` say otherwise."""
    defaults: dict[str, Any] = {
        "decode": read_heartbeat,
        "clock": SystemClock(),
        "policy": TRIAL,
        "resolver": resolver,
        "tls": options.get("tls") or client_tls(),
        "concurrency": 100,
        "max_sockets": 100,
        "keep_alive": "always",
    }
    return HttpHeartbeatClient(**defaults | options)


@asynccontextmanager
async def polling_client(**options: Any) -> AsyncIterator[HttpHeartbeatClient]:
    """Return such a client with a resolver of its own; both end with the context."""
    async with (
        ThreadedResolver(clock=SystemClock()) as resolver,
        new_client(resolver, **options) as client,
    ):
        yield client


def target_of(url: str, *, timeout_s: float = 5.0, interval_s: float = 30.0) -> PollTarget:
    """Return a target at `url`."""
    return PollTarget(endpoint=url, cadence=Cadence(interval_s=interval_s, timeout_s=timeout_s))


async def poll(client: HttpHeartbeatClient, target: PollTarget, *, within_s: float = 10.0) -> PollResult:
    """Poll `target` and leave what the client keeps of it."""
    result: asyncio.Future[PollResult] = asyncio.get_running_loop().create_future()
    client.begin(target, result.set_result)
    async with asyncio.timeout(within_s):
        return await result


def open_sockets() -> int:
    """Return how many sockets this process holds open; event loops open other files as they please."""
    links = (Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd"))  # noqa: PTH208
    return sum(link.is_socket() for link in links)
