"""Plain connections on real sockets, without HTTP above them."""

import asyncio
import errno
import select
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from monitor.adapters.collectors.http_json.failures import failure_of
from monitor.adapters.collectors.http_json.wires import Wire, Wires
from monitor.domain.polling.poll_result import Outcome
from tests.fakes import until
from tests.integration.heartbeat_client.polling import open_sockets

MUCH = bytes(range(256)) * 40_000


class Listener:
    """Writes down what a wire tells; `greeting` is sent as soon as it is open."""

    def __init__(self, greeting: bytes = b"") -> None:
        self.greeting = greeting
        self.wire: Wire | None = None
        self.heard = b""
        self.ends: list[Exception | None] = []
        self.failures: list[Exception] = []

    def connection_made(self, transport: Wire) -> None:
        """Greet."""
        self.wire = transport
        if self.greeting:
            transport.write(self.greeting)

    def data_received(self, data: bytes) -> None:
        """Gather."""
        self.heard += data

    def connection_lost(self, exc: Exception | None) -> None:
        """Count."""
        self.ends.append(exc)


class Breaking(Listener):
    """Raises at the first bytes."""

    def data_received(self, data: bytes) -> None:
        """Fail."""
        del data
        raise ZeroDivisionError


@asynccontextmanager
async def wires(epoll: Any = None) -> AsyncIterator[Wires]:
    """Return what opens wires, and find that all of them have ended."""
    opened = Wires(epoll)
    yield opened
    assert not len(opened)
    await opened.aclose()


@contextmanager
def listening(family: socket.AddressFamily = socket.AF_INET) -> Iterator[socket.socket]:
    """Return a socket that listens on loopback."""
    with socket.socket(family) as server:
        server.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        server.listen()
        server.setblocking(False)
        yield server


def dial(opened: Wires, server: socket.socket, listener: Listener) -> Wire:
    """Connect to `server`."""
    address, port = server.getsockname()[:2]
    return opened.connect(address, port, speaker=listener, failed=listener.failures.append)


async def accepted(server: socket.socket) -> socket.socket:
    """Return the server's end of the next connection."""
    end, _ = await asyncio.get_running_loop().sock_accept(server)
    return end


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
async def test_bytes_go_both_ways(family: socket.AddressFamily) -> None:
    """What is written arrives, what comes is told, and the peer's close is a good end."""
    loop = asyncio.get_running_loop()
    async with wires() as opened:
        with listening(family) as server:
            listener = Listener(b"hello")
            dial(opened, server, listener)
            end = await accepted(server)
            assert await loop.sock_recv(end, 100) == b"hello"
            await loop.sock_sendall(end, b"yes")
            await until(lambda: listener.heard == b"yes")
            end.close()
            await until(lambda: listener.ends == [None])


async def test_more_than_the_peer_takes_at_once_arrives_whole() -> None:
    """Ten megabytes and some more behind them come in order."""
    loop = asyncio.get_running_loop()
    async with wires() as opened:
        with listening() as server:
            listener = Listener(MUCH + b"the end")
            wire = dial(opened, server, listener)
            end = await accepted(server)
            came = bytearray()
            while not came.endswith(b"the end"):
                came += await loop.sock_recv(end, 1 << 20)
            assert came == MUCH + b"the end"
            await loop.sock_sendall(end, b"thanks")
            await until(lambda: listener.heard == b"thanks")
            wire.close()
            await until(lambda: listener.ends == [None])
            end.close()


async def test_an_aborted_attempt_ends_silently() -> None:
    """Neither its opening nor its failing is told."""
    async with wires() as opened:
        with listening() as server:
            listener = Listener()
            for port in (server.getsockname()[1], 9):
                opened.connect("127.0.0.1", port, speaker=listener, failed=listener.failures.append).abort()
            opened.connect("255.255.255.255", 9, speaker=listener, failed=listener.failures.append).abort()
            await asyncio.sleep(0.02)  # noqa: TID251 - real time in which it would be told
            assert (listener.wire, listener.ends, listener.failures) == (None, [], [])


async def test_a_refused_attempt_fails_later_not_at_once() -> None:
    """The failure comes by the loop, once."""
    async with wires() as opened:
        with listening() as server:
            port = server.getsockname()[1]
            server.close()
            listener = Listener()
            wire = opened.connect("127.0.0.1", port, speaker=listener, failed=listener.failures.append)
            assert not listener.failures
            await until(lambda: len(listener.failures) == 1)
            assert isinstance(listener.failures[0], ConnectionRefusedError)
            assert wire.is_closing()
            assert not listener.ends


@contextmanager
def overcrowded() -> Iterator[socket.socket]:
    """Return a socket that listens and takes nobody in: connecting to it goes on and on."""
    with socket.socket() as server, socket.socket() as guest:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        guest.connect(server.getsockname())
        yield server


async def test_a_wire_that_ends_while_others_are_told_is_not_taken_for_another() -> None:
    """A number freed by one of a batch and given away at once is not told what the batch says of it."""
    async with wires() as opened:
        with listening() as server, overcrowded() as full:
            late = Listener()

            class Replacing(Listener):
                def data_received(self, data: bytes) -> None:
                    super().data_received(data)
                    (other,) = {*ends} - {self.wire}
                    numbers.append(other.fd)
                    other.close()
                    ends.append(dial(opened, full, late))
                    numbers.append(ends[-1].fd)

            numbers: list[int] = []
            listeners: list[Listener] = [Replacing(), Replacing()]
            ends = [dial(opened, server, listener) for listener in listeners]
            peers = [await accepted(server) for _ in ends]
            await until(lambda: all(listener.wire is not None for listener in listeners))
            for peer in peers:
                peer.send(b"x")
            await until(lambda: any(listener.heard for listener in listeners))
            freed, taken = numbers
            assert freed == taken
            await asyncio.sleep(0.02)  # noqa: TID251 - real time in which it would be told
            assert (late.wire, late.heard, late.ends, late.failures) == (None, b"", [], [])
            for wire in ends:
                wire.close()
            await until(lambda: all(listener.ends == [None] for listener in listeners))
            for peer in peers:
                peer.close()


async def test_wires_that_replace_one_another_need_no_more_descriptors() -> None:
    """A hundred that end in one batch, each for a new one, never hold more sockets than before."""
    held = []
    async with wires() as opened:
        with listening() as server:
            fresh: list[Listener] = []

            class Replacing(Listener):
                def data_received(self, data: bytes) -> None:
                    super().data_received(data)
                    assert self.wire is not None
                    self.wire.close()
                    fresh.append(Listener())
                    dial(opened, server, fresh[-1])
                    held.append(open_sockets())

            replaced = [Replacing() for _ in range(100)]
            for listener in replaced:
                dial(opened, server, listener)
            peers = [await accepted(server) for _ in replaced]
            await until(lambda: all(listener.wire is not None for listener in replaced))
            before = open_sockets()
            for peer in peers:
                peer.send(b"x")
            await until(lambda: len(fresh) == 100 and all(listener.wire is not None for listener in fresh))
            assert max(held) == before
            assert [listener.heard for listener in (*replaced, *fresh)] == [b"x"] * 100 + [b""] * 100
            assert not any(listener.ends for listener in fresh)
            for peer in (*peers, *[await accepted(server) for _ in fresh]):
                peer.close()
            await until(lambda: all(listener.ends == [None] for listener in (*replaced, *fresh)))


async def test_what_is_wrong_with_one_does_not_keep_others_waiting() -> None:
    """The error is reported, its wire ends with it, and the next in the batch is told."""
    errors: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["exception"]))
    async with wires() as opened:
        with listening() as server:
            breaking, sound = Breaking(), Listener()
            ends = [dial(opened, server, listener) for listener in (breaking, sound)]
            peers = [await accepted(server) for _ in ends]
            for peer in peers:
                peer.send(b"x")
            await until(lambda: sound.heard == b"x" and len(breaking.ends) == 1)
            assert [type(error) for error in (*errors, *breaking.ends)] == [
                ZeroDivisionError,
                ZeroDivisionError,
            ]
            ends[1].close()
            for peer in peers:
                peer.close()
            await until(lambda: len(sound.ends) == 1)


async def test_a_peer_that_never_reads_ends_the_wire() -> None:
    """What waits to be sent is bounded, and it is the peer's doing: posmon lacks nothing."""
    async with wires() as opened:
        with listening() as server:
            listener = Listener(MUCH)
            wire = dial(opened, server, listener)
            end = await accepted(server)
            await until(lambda: listener.wire is not None)
            wire.write(b"more")
            await until(lambda: len(listener.ends) == 1)
            assert failure_of(listener.ends[0]).outcome is Outcome.RESET
            end.close()


class FullEpoll:
    """Watches nothing any more, as the kernel when fs.epoll.max_user_watches is reached."""

    def __init__(self, epoll: select.epoll) -> None:
        self._epoll = epoll

    def __getattr__(self, name: str) -> Any:
        return getattr(self._epoll, name)

    def register(self, _fd: int, _events: int) -> None:
        """Refuse."""
        raise OSError(errno.ENOSPC, "no space")


async def test_a_socket_that_cannot_be_watched_is_closed() -> None:
    """The attempt fails and leaves neither a wire nor a descriptor."""
    async with wires(FullEpoll(select.epoll())) as opened:
        with listening() as server:
            before = open_sockets()
            listener = Listener()
            dial(opened, server, listener)
            await until(lambda: len(listener.failures) == 1)
            assert failure_of(listener.failures[0]).outcome is Outcome.SHED
            assert (len(opened), open_sockets()) == (0, before)
