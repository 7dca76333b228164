"""TLS handshakes under the same bounds as everything else.

An event loop's server reports a connection only when its handshake is done. A peer that never ends one could
hold any number of sockets, each with 40 KB. So connections are accepted, counted and secured here.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Self

import structlog

from monitor.web.listener.connection_limits import ConnectionLimits, source_of

BACKLOG = 128
_PAUSE_S = 1.0
"""Without a descriptor to accept with, the next try is as long after as that of asyncio's own server."""

log = structlog.get_logger()


class TlsListener:
    """Accepts connections at an address, and hands over to what `make` returns when each has shaken hands.

    A handshake may take `handshake_s`, saying goodbye `goodbye_s`. An async context manager that listens from
    construction on; raises OSError when it cannot.
    """

    def __init__(
        self,
        address: tuple[str, int],
        *,
        context: ssl.SSLContext,
        make: Callable[[], asyncio.Protocol],
        others: ConnectionLimits,
        handshake_s: float,
        goodbye_s: float,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = context
        self._make = make
        self._others = others
        self._handshake_s = handshake_s
        self._goodbye_s = goodbye_s
        self._tasks: set[asyncio.Task[None]] = set()
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.create_server(address, family=family, backlog=BACKLOG)
        self._socket.setblocking(False)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    async def __aenter__(self) -> Self:
        self._start(self._accept_all())
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._socket.close()

    async def _accept_all(self) -> None:
        while True:
            try:
                accepted, peername = await self._loop.sock_accept(self._socket)
            except OSError as error:
                log.warning("web.accept_failed", error=type(error).__name__)
                await asyncio.sleep(_PAUSE_S)  # noqa: TID251 - the loop's server does the same
                continue
            handshake = _Handshake(accepted, source_of(peername))
            if self._others.admit(handshake):
                self._start(self._shake_hands(handshake))
            else:
                accepted.close()

    async def _shake_hands(self, handshake: "_Handshake") -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._make,
                handshake.socket,
                ssl=self._context,
                ssl_handshake_timeout=self._handshake_s,
                ssl_shutdown_timeout=self._goodbye_s,
            )
        except OSError:  # an ssl.SSLError is one, and so is a handshake that takes too long
            handshake.socket.close()
        finally:
            self._others.leave(handshake)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        # Tasks of its own, as the loop's server has: they end with it.
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Handshake:
    """A connection that is no more than a handshake yet; a `Peer`."""

    is_waiting = True

    def __init__(self, accepted: socket.socket, source: str) -> None:
        self.socket = accepted
        self.source = source

    def give_way(self) -> None:
        """End it: the peer finds the connection closed."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
