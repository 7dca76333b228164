import asyncio
from collections.abc import Iterator
from typing import cast

import pytest

from monitor.simulator.server import PollerConnection

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
