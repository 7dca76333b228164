import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from monitor.web.listener.connection import Bounds
from monitor.web.routing.body import BODY_S
from tests.faults.neighbourhood import Neighbourhood, neighbourhood

SLOW = 100
EVERY_S = 0.25
HEAD = b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n"
ENDED_WITHIN_S = 10.0


class Caller:
    """A connection to the daemon that sends `begin` and then `again`, byte by byte, until it is cut off."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def drip(self, begin: bytes, again: bytes) -> bytes:
        """Go on until the daemon has had enough, and return what it said."""
        self._writer.write(begin)
        ended = asyncio.ensure_future(self.rest())
        while not ended.done():
            self._writer.write(again)
            await asyncio.wait({ended}, timeout=EVERY_S)
        return await ended

    async def rest(self) -> bytes:
        """Return what comes until the connection ends, however it ends."""
        parts = []
        try:
            while part := await self._reader.read(65536):
                parts.append(part)
        except ConnectionError:
            pass
        return b"".join(parts)

    async def ask(self) -> bytes:
        """Ask for /-/healthy and return the status line."""
        self._writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return (await self.rest()).partition(b"\r\n")[0]


async def caller(here: Neighbourhood, stack: AsyncExitStack) -> Caller:
    """Connect to the daemon."""
    host, _, port = here.posmon.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    stack.callback(_abort, writer)
    return Caller(reader, writer)


def _abort(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def test_slow_callers_are_cut_off(tmp_path: Path) -> None:
    """Heads and bodies that drip end within seconds, idle connections give way, and others are served."""
    async with neighbourhood(tmp_path) as here, AsyncExitStack() as stack:
        async with asyncio.timeout(ENDED_WITHIN_S), asyncio.TaskGroup() as group:
            for number in range(SLOW):
                begin = HEAD + b"Content-Length: 1000\r\n\r\n" if number % 2 else HEAD + b"X: "
                group.create_task((await caller(here, stack)).drip(begin, b"x"))
            assert await (await caller(here, stack)).ask() == b"HTTP/1.1 200 OK"
            for _ in range(Bounds().connections):
                await caller(here, stack)
            assert await (await caller(here, stack)).ask() == b"HTTP/1.1 200 OK"
            await here.is_served()
        assert await (await caller(here, stack)).ask() == b"HTTP/1.1 200 OK"


async def test_slow_bodies_are_cut_off(tmp_path: Path) -> None:
    """A push whose body drips is answered 408 once its time is over, a head ends without an answer before."""
    begin = b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    begin += b"Content-Length: 1000\r\n\r\n"
    async with (
        neighbourhood(tmp_path) as here,
        AsyncExitStack() as stack,
        asyncio.timeout(BODY_S + ENDED_WITHIN_S),
        asyncio.TaskGroup() as group,
    ):
        slow = [
            group.create_task((await caller(here, stack)).drip(begin, b" "))
            for _ in range(Bounds().per_source // 2)
        ]
        head = group.create_task((await caller(here, stack)).drip(HEAD + b"X: ", b"x"))
        assert await (await caller(here, stack)).ask() == b"HTTP/1.1 200 OK"
        await here.is_served()
        assert await head == b""
        assert not any(body.done() for body in slow)
        answers = {(await task).partition(b"\r\n")[0] for task in slow}
    assert answers == {b"HTTP/1.1 408 Request Timeout"}
