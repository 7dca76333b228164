"""The client that asks terminals."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Protocol

from monitor.adapters.collectors.http_json import (
    HttpHeartbeatClient,
    raise_descriptor_limit,
    socket_budget,
)
from monitor.adapters.collectors.http_json.resolver import ThreadedResolver
from monitor.assembly.client_certificates import Trusting, terminal_tls
from monitor.config.settings import Settings
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.ports.clock import Clock
from monitor.ports.collector import HeartbeatClient


class PollingClient(HeartbeatClient, Trusting, Protocol):
    """A client that says how many connections it holds between polls."""

    @property
    def kept_connections(self) -> int:
        """Idle connections held for the next poll."""
        ...


MakePolling = Callable[[AsyncExitStack, Settings, Clock], Awaitable[PollingClient]]
"""Makes what asks the terminals; the stack closes it."""


async def heartbeat_client(stack: AsyncExitStack, settings: Settings, clock: Clock) -> HttpHeartbeatClient:
    """Return the client that polls; `stack` closes it."""
    polling = settings.polling
    raise_descriptor_limit()
    resolver = await stack.enter_async_context(ThreadedResolver(clock=clock))
    return await stack.enter_async_context(
        HttpHeartbeatClient(
            decode=read_heartbeat,
            clock=clock,
            policy=polling.address_policy(),
            resolver=resolver,
            tls=terminal_tls(polling),
            concurrency=polling.concurrency,
            max_sockets=socket_budget(),
            keep_alive=polling.keep_alive,
            max_kept_tls=polling.kept_tls_connections,
        )
    )
