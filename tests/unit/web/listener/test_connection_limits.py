from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.web.access.callers import network_of
from monitor.web.listener.connection_limits import ConnectionLimits, source_of


@dataclass(eq=False)
class FakePeer:
    """A connection that does as told."""

    source: str
    is_waiting: bool = True
    gave_way: bool = field(default=False, init=False)

    def give_way(self) -> None:
        """Note it."""
        self.gave_way = True


def test_the_longest_waiting_gives_way() -> None:
    """When all is full a newcomer takes the place of who has waited longest since it was served."""
    peers = [FakePeer("a") for _ in range(3)]
    open_now = ConnectionLimits(most=3, per_source=3)
    assert all(open_now.admit(peer) for peer in peers)
    open_now.served(peers[0])
    newcomer = FakePeer("b")
    assert open_now.admit(newcomer)
    assert [peer.gave_way for peer in peers] == [False, True, False]
    assert set(open_now) == {peers[0], peers[2], newcomer}


def test_the_source_with_most_gives_way_first() -> None:
    """A source of many idle connections loses its own, not the one of a neighbour who came earlier."""
    neighbour = FakePeer("neighbour")
    flood = [FakePeer("flood") for _ in range(5)]
    open_now = ConnectionLimits(most=6, per_source=6)
    for peer in (neighbour, *flood):
        open_now.admit(peer)
    assert open_now.admit(FakePeer("newcomer"))
    assert not neighbour.gave_way
    assert flood[0].gave_way


def test_one_source_has_its_share_only() -> None:
    """Beyond its share a source replaces its own connections, however much place there is."""
    open_now = ConnectionLimits(most=100, per_source=2)
    peers = [FakePeer("a") for _ in range(5)]
    assert all(open_now.admit(peer) for peer in peers)
    assert [peer.gave_way for peer in peers] == [True, True, True, False, False]


def test_who_is_being_served_stays() -> None:
    """No request under way is broken off for a newcomer; then the newcomer is turned away."""
    open_now = ConnectionLimits(most=2, per_source=2)
    busy = [FakePeer("a", is_waiting=False) for _ in range(2)]
    for peer in busy:
        open_now.admit(peer)
    assert not open_now.admit(FakePeer("a"))
    assert not open_now.admit(FakePeer("b"))
    open_now.leave(busy[0])
    assert open_now.admit(FakePeer("b"))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60))
def test_bounds_hold_whatever_comes(arrivals: list[tuple[str, bool]]) -> None:
    """Neither all together nor one source has more than its bound, and who gave way is gone."""
    open_now = ConnectionLimits(most=8, per_source=4)
    peers = [FakePeer(source, is_waiting=waiting) for source, waiting in arrivals]
    for peer in peers:
        open_now.admit(peer)
        assert len(open_now) <= 8
        assert all(sum(one.source == source for one in open_now) <= 4 for source in "abc")
    assert not [peer for peer in open_now if peer.gave_way]  # type: ignore[attr-defined]
    assert not [peer for peer in peers if peer.gave_way and not peer.is_waiting]


NETWORKS = [
    ("192.0.2.1", "192.0.2.1"),
    ("::ffff:192.0.2.1", "192.0.2.1"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("fe80::1%eth0", "fe80::/64"),
    ("::1", "::1"),
    ("token 0000000001", "token 0000000001"),
    ("", ""),
]


@pytest.mark.parametrize(("address", "network"), NETWORKS)
def test_a_source_is_what_one_customer_has(address: str, network: str) -> None:
    """An IPv4 address is one source, of IPv6 it is the network that a customer is given."""
    assert network_of(address) == network


def test_a_peer_without_an_address_is_a_source_too() -> None:
    """Unix sockets and closed ones have no address; they count together."""
    assert source_of(None) == source_of("") == ""
    assert source_of(("2001:db8::5", 1, 0, 0)) == "2001:db8::/64"
