import pytest

from monitor.adapters.collectors.http_json.answer import Answer
from monitor.adapters.collectors.http_json.connection import Connection
from monitor.adapters.collectors.http_json.kept_connections import KeptConnections
from monitor.adapters.collectors.http_json.peer import Peer
from monitor.domain.inventory.address_policy import AddressPolicy


class Deaf:
    """A listener that does nothing."""

    def opened(self, connection: Connection[Peer]) -> None:
        """Do nothing."""

    def answered(self, connection: Connection[Peer], answer: Answer) -> None:
        """Do nothing."""

    def lost(self, connection: Connection[Peer], answer: Answer | None, error: Exception | None) -> None:
        """Do nothing."""


def peer(url: str) -> Peer:
    """Return a terminal."""
    return Peer(url=url, policy=AddressPolicy())


def keep(kept: KeptConnections, url: str) -> Connection[Peer]:
    """Keep a connection to a new terminal, and return it."""
    connection = Connection(listener=Deaf(), peer=peer(url))
    kept.add(connection.peer, connection)
    return connection


def test_what_is_kept_is_taken_once() -> None:
    """A connection is idle in one place only."""
    kept = KeptConnections(most=3)
    connection = keep(kept, "http://10.0.0.1/")
    assert (len(kept), kept.holds(connection)) == (1, True)
    assert kept.take(connection.peer) is connection
    assert (len(kept), kept.holds(connection)) == (0, False)
    assert kept.take(connection.peer) is None


def test_no_more_are_kept_than_allowed() -> None:
    """Room is there until `most` are kept, and again when one was taken."""
    kept = KeptConnections(most=2)
    keep(kept, "http://10.0.0.1/")
    assert kept.has_room(peer("http://10.0.0.3/"))
    second = keep(kept, "http://10.0.0.2/")
    assert not kept.has_room(peer("http://10.0.0.3/"))
    kept.take(second.peer)
    assert kept.has_room(peer("http://10.0.0.3/"))


@pytest.mark.parametrize("leave", ["take", "close_newest"])
def test_tls_connections_have_a_limit_of_their_own(leave: str) -> None:
    """They take far more memory, so fewer of them are kept; plain ones are not concerned."""
    kept = KeptConnections(most=10, most_secure=1)
    connection = keep(kept, "https://10.0.0.1/")
    assert not kept.has_room(peer("https://10.0.0.2/"))
    assert kept.has_room(peer("http://10.0.0.2/"))
    if leave == "take":
        kept.take(connection.peer)
    else:
        kept.close_newest()
    assert kept.has_room(peer("https://10.0.0.2/"))


def test_the_newest_gives_way() -> None:
    """Terminals are polled in turn: the one asked last has the longest to wait."""
    kept = KeptConnections(most=3)
    older, newer = keep(kept, "http://10.0.0.1/"), keep(kept, "http://10.0.0.2/")
    kept.close_newest()
    assert (kept.holds(older), kept.holds(newer)) == (True, False)
