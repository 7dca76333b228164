"""A port for one terminal alone, closed for as long as the terminal refuses connections."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Any

from monitor.simulator.fleet import SimulatedTerminal

_BACKLOG = 128

Serve = Callable[[set[Any]], asyncio.Protocol]
"""Makes what serves one connection; it adds itself to the set while it is open."""


class OwnPort:
    """Listens on `port`, or refuses connections to it, without ever losing it to another process.

    A second socket that is bound to the port but never listens holds it in the meantime.
    """

    def __init__(
        self, terminal: SimulatedTerminal, *, host: str, serve: Serve, tls: ssl.SSLContext | None
    ) -> None:
        self.terminal = terminal
        self._serve = serve
        self._tls = tls
        self._family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._connections: set[Any] = set()
        self._server: asyncio.Server | None = None
        self._holder = self._bound((host, 0))
        self._address = self._holder.getsockname()

    @property
    def port(self) -> int:
        """The port's number, from construction to `close`."""
        return int(self._address[1])

    def _bound(self, address: tuple[str, int]) -> socket.socket:
        bound = socket.socket(self._family)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
        return bound

    def is_refusing(self, elapsed_s: float) -> bool:
        """Tell whether the port ought to be closed at that moment of the simulation."""
        return any(
            incident.kind.needs_own_port and incident.lasted_s(elapsed_s) is not None
            for incident in self.terminal.incidents
        )

    def next_change_s(self, elapsed_s: float) -> float | None:
        """Return when that answer may next be another, None when never again."""
        changes = [
            change_s
            for incident in self.terminal.incidents
            if incident.kind.needs_own_port and (change_s := incident.next_change_s(elapsed_s)) is not None
        ]
        return min(changes, default=None)

    async def open(self) -> None:
        """Take connections, if it does not already."""
        if self._server is None:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: self._serve(self._connections),
                sock=self._bound(self._address[:2]),
                ssl=self._tls,
                backlog=_BACKLOG,
            )

    def shut(self) -> None:
        """Drop all connections and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.abort()

    def close(self) -> None:
        """Shut it and give the port back."""
        self.shut()
        self._holder.close()


async def tend(ports: Sequence[OwnPort], *, elapsed_s: Callable[[], float], changed: asyncio.Event) -> None:
    """Open and shut `ports` when their incidents end and begin, and when `changed` is set; for ever."""
    while True:
        changed.clear()
        upcoming_s = await settle(ports, elapsed_s())
        delay_s = None if upcoming_s is None else max(0.0, upcoming_s - elapsed_s())
        try:
            async with asyncio.timeout(delay_s):
                await changed.wait()
        except TimeoutError:
            continue


async def settle(ports: Sequence[OwnPort], elapsed_s: float) -> float | None:
    """Bring every port into the state it ought to be in; return when that changes next."""
    upcoming: list[float] = []
    for port in ports:
        if port.is_refusing(elapsed_s):
            port.shut()
        else:
            await port.open()
        change_s = port.next_change_s(elapsed_s)
        if change_s is not None:
            upcoming.append(change_s)
    return min(upcoming, default=None)
