"""Callers that mean no good, all at once: what posmon's own interface has to bear."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count

from monitor.adapters.system import SystemClock
from monitor.domain.instant import rfc3339
from tests.running import running

OF_EACH = 24
PAUSE_S = 0.02
GREETING = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
LINES = b"Content-Type: application/x-ndjson\r\n"
EVENTS_AT_ONCE = 4000

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def _post(path: str, body: bytes, *fields: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n".encode()
    return head + GREETING + b"".join(fields) + b"\r\n" + body


def _garbage(chance: random.Random) -> bytes:
    """Return a request, or something that is none."""
    deep = b"[" * 60_000
    return chance.choice(
        (
            chance.randbytes(chance.randint(1, 4000)),
            b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000,
            b"GET / HTTP/1.1\r\nHost: attacker.example\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(512),
            _post("/api/v1/heartbeats", deep, JSON),
            _post("/api/v1/heartbeats", b'{"terminal_id":"%d"}' % chance.randrange(10**9), JSON),
            _post("/api/v1/heartbeats", b'{"terminal_id":"%d"}\n' % chance.randrange(10**9) * 2000, LINES),
            _post("/api/v1/heartbeats", chance.randbytes(2000), JSON),
            _post("/api/v1/events", b"x\n" * 9000, LINES),
            _post("/api/v1/events", b"{" * 2000, JSON, b"Content-Encoding: gzip\r\n"),
            _post("/-/reload", b"x" * 60_000, b"Origin: http://attacker.example\r\n"),
        )
    )


class Attackers:
    """`OF_EACH` of every kind against a port of loopback, from addresses of their own.

    `victims` are ids that the inventory knows: events are pushed for them by the thousand.
    """

    def __init__(self, port: int, victims: Sequence[str]) -> None:
        self._port = port
        self._victims = victims
        self._chance = random.Random(7)
        self._numbers = count()
        self.visits = 0

    async def run(self) -> None:
        """Attack until cancelled."""
        kinds = (self._slow_head, self._slow_body, self._deaf, self._talks_nonsense, self._floods)
        async with asyncio.TaskGroup() as group:
            for kind in kinds:
                for number in range(OF_EACH):
                    group.create_task(self._again(kind, f"127.9.{number}.{kinds.index(kind) + 1}"))

    async def _again(self, kind: Callable[[Stream], Awaitable[None]], source: str) -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                stream = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))
                self.visits += 1
                try:
                    await kind(stream)
                finally:
                    stream[1].transport.abort()
            await asyncio.sleep(PAUSE_S)  # noqa: TID251 - the attackers' own pace

    async def _drip(self, stream: Stream, begin: bytes) -> None:
        _, writer = stream
        writer.write(begin)
        while not writer.transport.is_closing():
            await asyncio.sleep(0.5)  # noqa: TID251 - it is slow on purpose
            writer.write(b"x")
            await writer.drain()

    async def _slow_head(self, stream: Stream) -> None:
        await self._drip(stream, b"GET / HTTP/1.1\r\nX: ")

    async def _slow_body(self, stream: Stream) -> None:
        await self._drip(stream, _post("/api/v1/events", b" ", JSON).replace(b": 1\r", b": 100000\r"))

    async def _deaf(self, stream: Stream) -> None:
        """Ask for the largest pages again and again, and read none of them."""
        reader, writer = stream
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        for path in ("/metrics", "/terminals", "/api/v1/terminals?limit=1000", "/metrics"):
            writer.write(f"GET {path} HTTP/1.1\r\n".encode() + GREETING + b"\r\n")
        await asyncio.sleep(5)  # noqa: TID251 - deaf for a while

    async def _talks_nonsense(self, stream: Stream) -> None:
        reader, writer = stream
        writer.write(_garbage(self._chance))
        async with asyncio.timeout(5):
            await reader.read(65536)

    async def _floods(self, stream: Stream) -> None:
        """Push ever new events of terminals that are known."""
        reader, writer = stream
        at = rfc3339(SystemClock().now().wall)
        events = [
            {
                "id": f"e{next(self._numbers)}",
                "at": at,
                "type": "transaction",
                "response_code": "00",
                "card_token": f"tok_{self._chance.randrange(10**9)}",
            }
            for _ in range(EVENTS_AT_ONCE)
        ]
        body = {"terminal_id": self._chance.choice(self._victims), "events": events}
        writer.write(_post("/api/v1/events", json.dumps(body).encode(), JSON))
        async with asyncio.timeout(5):
            await reader.readuntil(b"\r\n\r\n")


@asynccontextmanager
async def attackers(port: int, victims: Sequence[str]) -> AsyncIterator[Attackers]:
    """Let them loose for the length of a block."""
    them = Attackers(port, victims)
    async with running(them.run()):
        yield them
