"""Which connections are let in when there are many, and which gives way."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol

from monitor.web.access.callers import network_of


class ConnectionPeer(Protocol):
    """One connection; `source` is where from."""

    source: str

    @property
    def is_waiting(self) -> bool:
        """Tell whether it has no request under way."""
        ...

    def give_way(self) -> None:
        """Close at once."""
        ...


class ConnectionLimits(AbstractSet["ConnectionPeer"]):
    """The open connections, in the order in which each last was served something.

    At most `most` in all and `per_source` from one source. A newcomer beyond that takes the place of
    the connection that has waited longest, of its own source or of the source that has most; so idle
    and slow connections keep nobody out, whoever holds them.
    """

    def __init__(self, *, most: int, per_source: int) -> None:
        self._most = most
        self._per_source = per_source
        self._peers: dict[ConnectionPeer, None] = {}

    def __contains__(self, peer: object) -> bool:
        return peer in self._peers

    def __iter__(self) -> Iterator[ConnectionPeer]:
        return iter(self._peers)

    def __len__(self) -> int:
        return len(self._peers)

    def admit(self, newcomer: ConnectionPeer) -> bool:
        """Take a connection in, at another's cost if must be; False when there is no place."""
        if self._count(newcomer.source) >= self._per_source:
            has_place = self._make_room(newcomer.source)
        else:
            has_place = len(self._peers) < self._most or self._make_room(self._greediest())
        if has_place:
            self._peers[newcomer] = None
        return has_place

    def served(self, peer: ConnectionPeer) -> None:
        """Note that a connection has been served: it waits from now on."""
        if peer in self._peers:
            del self._peers[peer]
            self._peers[peer] = None

    def leave(self, peer: ConnectionPeer) -> None:
        """Note that a connection has ended."""
        self._peers.pop(peer, None)

    def _make_room(self, source: str) -> bool:
        for peer in self._peers:
            if peer.is_waiting and peer.source == source:
                del self._peers[peer]
                peer.give_way()
                return True
        return False

    def _count(self, source: str) -> int:
        return sum(peer.source == source for peer in self._peers)

    def _greediest(self) -> str:
        """Return which source has the most connections that wait."""
        waiting: dict[str, int] = {}
        for peer in self._peers:
            if peer.is_waiting:
                waiting[peer.source] = waiting.get(peer.source, 0) + 1
        return max(waiting, key=waiting.__getitem__, default="")


def source_of(peername: object) -> str:
    """Return the source of a socket's peer, "" when there is none."""
    return network_of(str(peername[0])) if isinstance(peername, tuple) and peername else ""
