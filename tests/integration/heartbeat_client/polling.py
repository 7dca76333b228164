"""Polling in tests: by a future instead of a callback."""

import asyncio
import os
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

from monitor.adapters.heartbeat_client import HttpHeartbeatClient
from monitor.domain.outbound import AddressPolicy
from monitor.domain.outcome import PollResult
from monitor.ports.heartbeat_client import PollTarget

TRIAL = AddressPolicy(allowed_networks=(ip_network("127.0.0.0/8"), ip_network("::1/128")))

MakeClient = Callable[..., HttpHeartbeatClient]


def target_of(url: str, *, timeout_s: float = 5.0, interval_s: float = 30.0) -> PollTarget:
    """Return a target at `url`."""
    return PollTarget(endpoint=url, timeout_s=timeout_s, interval_s=interval_s)


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
