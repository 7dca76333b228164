"""The idle connections that wait for their terminal's next poll."""

from monitor.adapters.collectors.http_json.connection import Connection
from monitor.adapters.collectors.http_json.peer import Peer

MOST_SECURE = 10_000
"""An idle TLS connection takes some 32 KB, a plain one hardly any: so many take 320 MB."""


class KeptConnections:
    """At most one idle connection for each terminal, and no more than `most` of all.

    A connection leaves as soon as it is used: its user must close it or put it back.
    """

    def __init__(self, *, most: int, most_secure: int = MOST_SECURE) -> None:
        self._most = most
        self._most_secure = most_secure
        self._connections: dict[Peer, Connection[Peer]] = {}
        self._secure = 0

    def __len__(self) -> int:
        return len(self._connections)

    def has_room(self, peer: Peer) -> bool:
        """Whether a connection to `peer` may be added."""
        return len(self._connections) < self._most and not (
            peer.is_secure and self._secure >= self._most_secure
        )

    def add(self, peer: Peer, connection: Connection[Peer]) -> None:
        """Keep `connection`, the only one to `peer`."""
        self._connections[peer] = connection
        self._secure += peer.is_secure

    def holds(self, connection: Connection[Peer]) -> bool:
        """Whether `connection` is kept."""
        return self._connections.get(connection.peer) is connection

    def take(self, peer: Peer) -> Connection[Peer] | None:
        """Return the connection to `peer`, if there is one, and keep it no longer."""
        connection = self._connections.pop(peer, None)
        if connection is not None:
            self._secure -= peer.is_secure
        return connection

    def close(self) -> None:
        """End all."""
        while self._connections:
            self.close_newest()

    def close_newest(self) -> None:
        """Make room. The newest goes: its terminal was asked last, so others need theirs sooner."""
        peer, connection = self._connections.popitem()
        self._secure -= peer.is_secure
        connection.close()
