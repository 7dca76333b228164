"""Opening connections, to allowed addresses only."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol

from monitor.adapters.collectors.http_json.connection import Connection
from monitor.adapters.collectors.http_json.failures import Failure, failure_of
from monitor.adapters.collectors.http_json.resolver import Resolution
from monitor.adapters.collectors.http_json.tls import TlsLayer
from monitor.adapters.collectors.http_json.tls.transport import TlsTransport
from monitor.adapters.collectors.http_json.wires import Wire, Wires
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.endpoint import Endpoint
from monitor.domain.polling.poll_result import Outcome

_MOST_ADDRESSES = 4


class Resolver(Protocol):
    """Turns names into addresses."""

    async def resolve(self, host: str) -> Resolution:
        """Return the addresses of `host`; a failure is a result."""
        ...


class Dialling:
    """The attempt to reach one endpoint; `is_resolving` while its name is looked up.

    `make` makes a connection for each address that is tried; `ends_at` is in
    seconds of the event loop's clock.
    """

    __slots__ = (
        "_connection",
        "endpoint",
        "ends_at",
        "failed",
        "is_resolving",
        "left",
        "make",
        "secured",
        "task",
        "wire",
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
        self.left: list[str] = []
        self.task: asyncio.Task[None] | None = None
        self.wire: Wire | None = None
        self.secured: TlsTransport | None = None
        self._connection: Connection[Any] | None = None

    def connection(self) -> Connection[Any]:
        """Return a new connection, the one that is being opened from now on."""
        self._connection = self.make()
        return self._connection

    def is_opening(self, connection: Connection[Any]) -> bool:
        """Whether `connection` is the one being opened."""
        return self._connection is connection and not connection.has_opened

    @property
    def is_held_up(self) -> bool:
        """Whether it is posmon that has not come round to the next step of the handshake."""
        return self.secured is not None and self.secured.is_held_up

    def cancel(self) -> None:
        """Give up; neither side is told anything more. No effect once the connection is open."""
        self.left.clear()
        self.interrupt()

    def interrupt(self) -> None:
        """Stop what is being waited for, unless the connection is open already."""
        if self._connection is not None:
            if self._connection.has_opened:
                return
            self._connection.abort()
        if self.secured is not None:
            self.secured.abort()
        if self.wire is not None:
            self.wire.abort()
        if self.task is not None:
            self.task.cancel()


class Dialler:
    """Opens connections. What it connects to is always the very address that was checked.

    An address given literally must have been checked by the caller; those of a name are checked here,
    after resolution, so that a name cannot lead elsewhere the second time it is asked (DNS rebinding).
    """

    def __init__(self, *, policy: AddressPolicy, resolver: Resolver, tls: TlsLayer) -> None:
        self._loop = asyncio.get_running_loop()
        self._policy = policy
        self._resolver = resolver
        self._tls = tls
        self._wires = Wires()
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
        if endpoint.is_address:
            self._try(dialling, endpoint.host)
        else:
            self._run(dialling, self._resolve(dialling))
        return dialling

    async def leads_elsewhere(self, endpoint: Endpoint, address: str) -> bool:
        """Tell whether the endpoint's name is resolved, but not to `address` any more."""
        resolution = await self._resolver.resolve(endpoint.host)
        return bool(resolution.addresses) and address not in resolution.addresses

    def __len__(self) -> int:
        """Count the connections that are open or being opened."""
        return len(self._wires)

    async def aclose(self) -> None:
        """End every connection and wait until all attempts are over; the caller has cancelled them."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._wires.aclose()

    async def _resolve(self, dialling: Dialling) -> None:
        dialling.is_resolving = True
        resolution = await self._resolver.resolve(dialling.endpoint.host)
        dialling.is_resolving = False
        addresses = [address for address in resolution.addresses if self._policy.refusal(address) is None]
        if not addresses:
            refused = "name has no allowed address: polling.allowed_networks"
            dialling.failed(Failure(Outcome.DNS, resolution.failure or refused))
            return
        first, *dialling.left = addresses[:_MOST_ADDRESSES]
        self._try(dialling, first)

    def _try(self, dialling: Dialling, address: str) -> None:
        """Connect to one address; while others are left, it gets its share of the time."""
        connection = dialling.connection()
        if not dialling.endpoint.is_address:
            connection.address = address
        if dialling.left:
            share_s = (dialling.ends_at - self._loop.time()) / (len(dialling.left) + 1)
            self._loop.call_later(max(0.0, share_s), self._hurry, dialling, connection)
        failed = partial(self._failed, dialling)
        dialling.secured = (
            self._tls.over(dialling.endpoint, connection, failed) if dialling.endpoint.secure else None
        )
        dialling.wire = self._wires.connect(
            address, dialling.endpoint.port, speaker=dialling.secured or connection, failed=failed
        )

    def _hurry(self, dialling: Dialling, connection: Connection[Any]) -> None:
        """Go on to the next address if `connection` is still being opened."""
        if dialling.left and dialling.is_opening(connection):
            dialling.interrupt()
            self._try(dialling, dialling.left.pop(0))

    def _failed(self, dialling: Dialling, error: Exception) -> None:
        if dialling.left:
            self._try(dialling, dialling.left.pop(0))
        else:
            dialling.failed(failure_of(error))

    def _run(self, dialling: Dialling, step: Coroutine[Any, Any, None]) -> None:
        task = dialling.task = self._loop.create_task(step)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
