"""A terminal that does exactly what a test says, byte by byte."""

import asyncio
import os
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

BODY = b'{"terminal_id": "70000001"}'
"""Nobody's in a simulated fleet: no terminal of it may be taken for doubled."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GOOD = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY


class Visit:
    """One connection seen from the terminal's side; `number` counts from 1."""

    def __init__(
        self, server: "ScriptedServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self.number = server.visits
        self.sent = 0

    @property
    def is_resumed(self) -> bool:
        """Whether TLS went on from an earlier session."""
        return bool(self._writer.get_extra_info("ssl_object").session_reused)

    def cut(self) -> None:
        """End a TLS connection by its TCP connection alone, without close_notify."""
        with socket.socket(fileno=os.dup(self._writer.get_extra_info("socket").fileno())) as same:
            same.shutdown(socket.SHUT_RDWR)

    async def request(self) -> bytes:
        """Return the head of the next request; IncompleteReadError when none comes."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        self._server.requests.append(head)
        return head

    async def send(self, *pieces: bytes) -> None:
        """Send each piece on its own; ConnectionResetError when nobody listens any more."""
        for piece in pieces:
            if self._writer.is_closing():
                raise ConnectionResetError
            self._writer.write(piece)
            await self._writer.drain()
            self.sent += len(piece)

    async def flood(self, piece: bytes, *, at_most: int) -> None:
        """Send `piece` over and over until `at_most` bytes are out or nobody takes them."""
        while self.sent < at_most:
            await self.send(piece)

    async def drip(self, data: bytes, *, every_s: float = 0.02) -> None:
        """Send single bytes, each after a pause."""
        for at in range(len(data)):
            await self.send(data[at : at + 1])
            await asyncio.sleep(every_s)  # noqa: TID251 - the pause is the fault

    async def hang(self) -> None:
        """Say nothing until the test is over."""
        await asyncio.Event().wait()

    def pause_reading(self) -> None:
        """Leave what comes from now on unread."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    def reset(self) -> None:
        """End the connection with a TCP reset; ConnectionResetError when it has ended already."""
        if self._writer.is_closing():
            raise ConnectionResetError
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def gone(self) -> None:
        """Wait until the other side has closed."""
        while await self._reader.read(65536):
            pass


Script = Callable[[Visit], Awaitable[None]]


class ScriptedServer:
    """What the scripted terminal saw: `visits` connections and the heads of all `requests`."""

    def __init__(self, script: Script) -> None:
        self.visits = 0
        self.ended = 0
        self.requests: list[bytes] = []
        self.sent: list[int] = []
        self.port = 0
        self._script = script

    def url(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        """Return the endpoint under `host`."""
        return f"{scheme}://{host}:{self.port}/heartbeat"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script for one connection, then close it."""
        self.visits += 1
        visit = Visit(self, reader, writer)
        try:
            await self._script(visit)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.sent.append(visit.sent)
            self.ended += 1
            writer.close()


@asynccontextmanager
async def serving(
    script: Script, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[ScriptedServer]:
    """Run `script` for every connection until the block ends."""
    server = ScriptedServer(script)
    tasks: set[asyncio.Task[None]] = set()
    writers: set[asyncio.StreamWriter] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        tasks.add(asyncio.ensure_future(server.serve(reader, writer)))

    listener = await asyncio.start_server(accept, host, port, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for writer in writers:
            writer.transport.abort()
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


async def answers(visit: Visit) -> None:
    """Answer every request well and keep the connection: the script of a good terminal."""
    while True:
        await visit.request()
        await visit.send(GOOD)


def saying(*pieces: bytes) -> Script:
    """Return the script of a terminal that answers each request with `pieces`."""

    async def script(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.send(*pieces)

    return script


def saying_once(*pieces: bytes) -> Script:
    """Return the script of a terminal that answers one request with `pieces` and closes."""

    async def script(visit: Visit) -> None:
        await visit.request()
        await visit.send(*pieces)

    return script
