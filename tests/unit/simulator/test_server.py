import asyncio
from collections.abc import Iterator
from typing import cast

import pytest

from monitor.simulator.server import PollerConnection, PostedRequestConnection

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class RecordingTransport:
    """The event loop's side of a connection, in memory."""

    def __init__(self) -> None:
        self.sent = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:
        """Keep `data`."""
        self.sent += data

    def close(self) -> None:
        """Note it."""
        self.is_closed = True

    def is_closing(self) -> bool:
        """Tell whether it was closed."""
        return self.is_closed

    def get_write_buffer_size(self) -> int:
        """Everything is sent at once."""
        return 0


class Peer:
    """A connection with a recording transport, which answers ANSWER to everything."""

    def __init__(self) -> None:
        self.open: set[PollerConnection] = set()
        self.transport = RecordingTransport()
        self.connection = PollerConnection(lambda _: ANSWER, self.open)
        self.connection.connection_made(cast(asyncio.Transport, self.transport))


def test_a_lost_connection_is_forgotten() -> None:
    """Open connections are known, lost ones are not kept."""
    peer = Peer()
    assert peer.open == {peer.connection}
    peer.connection.connection_lost(None)
    assert peer.open == set()


async def test_a_lost_connection_has_no_timer_left() -> None:
    """What was to be done later is not done after the connection is gone."""
    peer, done = Peer(), asyncio.Event()
    peer.connection.after(0, done.set)
    peer.connection.connection_lost(None)
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(0, passed.set)
    await passed.wait()
    assert not done.is_set()


def test_a_request_to_change_protocols_is_answered_and_ends_the_connection() -> None:
    """The server speaks HTTP/1.1 only, and what follows would not be HTTP any more."""
    peer = Peer()
    peer.connection.data_received(
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI"
    )
    assert (peer.transport.sent, peer.transport.is_closed) == (ANSWER, True)


async def test_pouring_ends_when_all_is_sent() -> None:
    """The connection closes behind the last chunk."""
    peer, over = Peer(), asyncio.Event()

    def chunks() -> Iterator[bytes]:
        yield b"a"
        yield b"b"
        over.set()

    peer.connection.pour(chunks())
    await over.wait()
    assert peer.transport.sent == b"ab"
    assert peer.transport.is_closed


CUTS = range(1, 60)


@pytest.mark.parametrize("cut", CUTS)
def test_a_request_may_come_in_two_pieces(cut: int) -> None:
    """Wherever the network cuts it, it is answered once and for its whole target."""
    asked: list[bytes] = []

    def respond(target: bytes) -> bytes:
        asked.append(target)
        return ANSWER

    connection = PollerConnection(respond, set())
    connection.connection_made(cast(asyncio.Transport, RecordingTransport()))
    request = b"GET /terminals/10000001/heartbeat?a=b HTTP/1.1\r\nHost: x\r\n\r\n"
    connection.data_received(request[:cut])
    connection.data_received(request[cut:])
    assert asked == [b"/terminals/10000001/heartbeat?a=b"]


def posted(request: bytes, cut: int) -> tuple[list[bytes], RecordingTransport]:
    """Return what was asked with a request that comes in two pieces."""
    asked: list[bytes] = []
    transport = RecordingTransport()

    def respond(target: bytes) -> bytes:
        asked.append(target)
        return ANSWER

    connection = PostedRequestConnection(respond, set())
    connection.connection_made(cast(asyncio.Transport, transport))
    connection.data_received(request[:cut])
    connection.data_received(request[cut:])
    return asked, transport


@pytest.mark.parametrize("cut", CUTS)
def test_a_posted_request_has_its_key_and_its_body(cut: int) -> None:
    """Each stands on a line after the target, and so does a key that is not there."""
    keyed = b"POST /sync HTTP/1.1\r\nX-API-Key: k\r\nContent-Length: 4\r\n\r\n{\n1}"
    asked, _ = posted(keyed + b"GET /list?a=b HTTP/1.1\r\nHost: x\r\n\r\n", cut)
    assert asked == [b"/sync\nk\n{\n1}", b"/list?a=b\n\n"]


def test_a_body_beyond_all_bounds_is_refused() -> None:
    """The connection ends."""
    size = 65 * 1024
    asked, transport = posted(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size, 40)
    assert asked == []
    assert transport.sent.startswith(b"HTTP/1.1 400 ")
    assert transport.is_closed


def test_other_methods_are_not_served() -> None:
    """Nothing is deleted here."""
    asked, transport = posted(b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", 5)
    assert asked == []
    assert transport.sent.startswith(b"HTTP/1.1 405 ")
