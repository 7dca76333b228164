"""Opening connections, to allowed addresses only."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, Protocol

from monitor.adapters.heartbeat_client.connection import Connection
from monitor.adapters.heartbeat_client.failures import Failure, failure_of
from monitor.adapters.resolver import Resolution
from monitor.domain.endpoint import Endpoint
from monitor.domain.outbound import AddressPolicy
from monitor.domain.outcome import Outcome

_MOST_ADDRESSES = 4
_GOODBYE_S = 1.0
"""How long a closed TLS connection may wait for the other side's close_notify."""


class Resolver(Protocol):
    """Turns names into addresses."""

    async def resolve(self, host: str) -> Resolution:
        """Return the addresses of `host`; a failure is a result."""
        ...


class Dialling:
    """The attempt to reach one endpoint; `is_resolving` while its name is looked up.

    `make` makes a connection for each address that is tried; `ends_at` is in seconds of the event
    loop's clock.
    """

    __slots__ = (
        "_connection",
        "endpoint",
        "ends_at",
        "failed",
        "is_cancelled",
        "is_resolving",
        "make",
        "task",
    )

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        make: Callable[[], Connection[Any]],
        ends_at: float,
        failed: Callable[[Failure], None],
    ) -> None:
        self.endpoint = endpoint
        self.make = make
        self.ends_at = ends_at
        self.failed = failed
        self.is_resolving = False
        self.is_cancelled = False
        self.task: asyncio.Task[None] | None = None
        self._connection: Connection[Any] | None = None

    def connection(self) -> Connection[Any]:
        """Return a new connection, the one that is being opened from now on."""
        self._connection = self.make()
        return self._connection

    def cancel(self) -> None:
        """Give up; neither side is told anything more. No effect once the connection is open."""
        self.is_cancelled = True
        self.interrupt()

    def interrupt(self) -> None:
        """Stop what is being waited for, unless the connection is open already.

        Cancelled in the moment when a connection opens, uvloop's `create_connection` closes the socket
        and never calls `connection_lost`; so the connection is told to end as well.
        """
        connection = self._connection
        if self.task is None or (connection is not None and connection.has_opened):
            return
        if connection is not None:
            connection.abort()
        self.task.cancel()


class Dialler:
    """Opens connections. What it connects to is always the very address that was checked.

    An address given literally must have been checked by the caller; those of a name are checked here,
    after resolution, so that a name cannot lead elsewhere the second time it is asked (DNS rebinding).
    """

    def __init__(self, *, policy: AddressPolicy, resolver: Resolver, tls: ssl.SSLContext) -> None:
        self._loop = asyncio.get_running_loop()
        self._policy = policy
        self._resolver = resolver
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    def dial(
        self,
        endpoint: Endpoint,
        *,
        make: Callable[[], Connection[Any]],
        within_s: float,
        failed: Callable[[Failure], None],
    ) -> Dialling:
        """Begin to open a connection that `make` made; it learns of it, or else `failed` is called.

        Neither happens before this returns. The addresses of a name share the time `within_s`; when it
        is over, cancelling is up to the caller.
        """
        ends_at = self._loop.time() + within_s
        dialling = Dialling(endpoint=endpoint, make=make, ends_at=ends_at, failed=failed)
        # The one task of a poll, and only of one that needs a new connection: the loops offer
        # connecting, with TLS, as coroutines alone. Kept connections take none.
        task = dialling.task = self._loop.create_task(self._open(dialling))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return dialling

    async def aclose(self) -> None:
        """Wait until every attempt is over; the caller has cancelled those it began."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _open(self, dialling: Dialling) -> None:
        if dialling.endpoint.is_address:
            failure = await self._connect(dialling, dialling.endpoint.host)
        else:
            failure = await self._connect_by_name(dialling)
        if failure is not None:
            dialling.failed(failure)

    async def _connect_by_name(self, dialling: Dialling) -> Failure | None:
        dialling.is_resolving = True
        resolution = await self._resolver.resolve(dialling.endpoint.host)
        dialling.is_resolving = False
        addresses = [address for address in resolution.addresses if self._policy.refusal(address) is None]
        if not addresses:
            refused = "name has no allowed address: polling.allowed_networks"
            return Failure(Outcome.DNS, resolution.failure or refused)
        *others, last = addresses[:_MOST_ADDRESSES]
        for number, address in enumerate(others):
            share_s = (dialling.ends_at - self._loop.time()) / (len(others) + 1 - number)
            if await self._connect_within(dialling, address, share_s) is None:
                return None
        return await self._connect(dialling, last)

    async def _connect_within(self, dialling: Dialling, address: str, share_s: float) -> Failure | None:
        timer = self._loop.call_later(max(0.0, share_s), dialling.interrupt)
        try:
            return await self._connect(dialling, address)
        except asyncio.CancelledError:
            if dialling.is_cancelled or dialling.task is None:
                raise
            dialling.task.uncancel()
            return Failure(Outcome.TIMEOUT, "no connection in time")
        finally:
            timer.cancel()

    async def _connect(self, dialling: Dialling, address: str) -> Failure | None:
        endpoint = dialling.endpoint
        tls: dict[str, Any] = {}
        if endpoint.secure:
            tls = {"ssl": self._tls, "server_hostname": endpoint.host, "ssl_shutdown_timeout": _GOODBYE_S}
        try:
            await self._loop.create_connection(dialling.connection, address, endpoint.port, **tls)
        except (OSError, ValueError) as error:
            return failure_of(error)
        return None
