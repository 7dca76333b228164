"""The polling client: asks terminals for their heartbeat over HTTP and HTTPS, by the thousand."""

import asyncio

from monitor.adapters.collectors.http_json.client import HttpHeartbeatClient
from monitor.adapters.collectors.http_json.descriptors import raise_descriptor_limit, socket_budget
from monitor.adapters.collectors.http_json.tls import client_tls
from monitor.domain.polling.cadence import KeepAlive
from monitor.domain.polling.poll_result import PollResult
from monitor.ports.collector import HeartbeatClient, PollTarget

__all__ = [
    "HttpHeartbeatClient",
    "KeepAlive",
    "client_tls",
    "poll_once",
    "raise_descriptor_limit",
    "socket_budget",
]


async def poll_once(client: HeartbeatClient, target: PollTarget) -> PollResult:
    """Ask `target` once and return what it came to; afterwards the client has forgotten it."""
    result: asyncio.Future[PollResult] = asyncio.get_running_loop().create_future()
    client.begin(target, lambda outcome: None if result.done() else result.set_result(outcome))
    try:
        return await result
    finally:
        client.forget(target)
