"""When a kept connection is given up for a new one: it has grown old, or its name leads elsewhere."""

import asyncio
from math import inf
from zlib import crc32

from monitor.adapters.collectors.http_json.connection import Connection
from monitor.adapters.collectors.http_json.dialling import Dialler
from monitor.adapters.collectors.http_json.kept_connections import KeptConnections
from monitor.adapters.collectors.http_json.peer import Peer

GREATEST_AGE_S = 3600.0
"""After half of this at the earliest, spread by endpoint: a fleet does not connect anew all at once."""

LOOKED_UP_EVERY_S = 60.0
"""As often as the resolver asks the name servers anew."""


class Renewal:
    """Says which kept connections are over.

    None lives longer than GREATEST_AGE_S. One to a name is also over once the name is resolved without its
    address: that is looked up beside a poll, every LOOKED_UP_EVERY_S while the connection is used.
    """

    def __init__(self, *, dialler: Dialler, kept: KeptConnections) -> None:
        self._dialler = dialler
        self._kept = kept
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, connection: Connection[Peer], opened_at: float) -> None:
        """Note that a connection is kept; `opened_at` is when its first poll began (monotonic seconds)."""
        share = crc32(connection.peer.url.encode()) / 2**32
        connection.ends_at = opened_at + GREATEST_AGE_S * (1 - share / 2)
        connection.due_at = opened_at + LOOKED_UP_EVERY_S if connection.address else connection.ends_at

    def is_over(self, connection: Connection[Peer], now_s: float) -> bool:
        """Tell whether a connection that is due carries no more polls; look its name up if it may go on."""
        if now_s >= connection.ends_at:
            return True
        connection.due_at = min(now_s + LOOKED_UP_EVERY_S, connection.ends_at)
        task = asyncio.get_running_loop().create_task(self._look_up(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return False

    def close(self) -> None:
        """Look nothing up any more."""
        for task in self._tasks:
            task.cancel()

    async def _look_up(self, connection: Connection[Peer]) -> None:
        peer = connection.peer
        if not await self._dialler.leads_elsewhere(peer.destination(), connection.address):
            return
        if self._kept.holds(connection):
            self._kept.take(peer)
            connection.close()
        else:
            connection.due_at = connection.ends_at = -inf
