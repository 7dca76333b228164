import asyncio
import zlib
from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import GOOD, HEAD, Visit, serving

MOST_KIB = 10 * 1024
OF_EACH = 3
TEN_GB = 10**10
PIECE = 0x8000
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def bomb(mebibytes: int) -> bytes:
    """Return an answer of a thousandth of that size that unpacks to a legal heartbeat padded with blanks."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, wbits=zlib.MAX_WBITS | 16)
    blanks = b" " * 2**20
    body = b"".join(squeeze.compress(blanks) for _ in range(mebibytes))
    body += squeeze.compress(b'{"terminal_id":"70000001"}') + squeeze.flush()
    return HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


ENDLESS = {
    "body": (HEAD + b"Content-Length: %d\r\n\r\n" % TEN_GB, b" " * PIECE),
    "body-without-length": (HEAD + b"Connection: close\r\n\r\n", b" " * PIECE),
    "chunks": (CHUNKED, b"%x\r\n" % PIECE + b" " * PIECE + b"\r\n"),
    "chunk-extension": (CHUNKED + b"1;", b"x" * PIECE),
    "trailers": (CHUNKED + b"0\r\n", b"X: " + b"x" * 1000 + b"\r\n"),
    "headers": (HEAD, b"X: " + b"x" * 1000 + b"\r\n"),
    "headers-of-interest": (HEAD, b"Keep-Alive: " + b"x" * 1000 + b"\r\n"),
    "header-line": (HEAD + b"X: ", b"x" * PIECE),
    "interim-answers": (b"", b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 1000 + b"\r\n\r\n"),
    "bomb": (bomb(60), b""),
    "bomb-without-end": (bomb(60).replace(b"Content-Length", b"X"), b"\0" * PIECE),
}
"""How each begins, and what it goes on with for ever."""


async def test_an_answer_without_end_is_cut(tmp_path: Path) -> None:
    """10 GB of body, headers without end and gzip bombs come to `protocol`, for less than 10 MB of memory."""
    misbehave = asyncio.Event()

    async def script(visit: Visit) -> None:
        while True:
            begin, again = ENDLESS[(await visit.request())[5:].partition(b" ")[0].decode()]
            if misbehave.is_set():
                await visit.send(begin)
                if not again:
                    await visit.hang()
                await visit.flood(again, at_most=TEN_GB)
            await visit.send(GOOD)

    async with serving(script) as server:
        endpoints = {
            f"{kind}-{number}": f"http://127.0.0.1:{server.port}/{kind}"
            for kind in ENDLESS
            for number in range(OF_EACH)
        }
        bad = [bad_terminal(name, endpoint) for name, endpoint in endpoints.items()]
        async with neighbourhood(tmp_path, *bad, healthy=40) as here:
            await here.until_polled_as("ok", *endpoints)
            here.forget_peak()
            before = here.figure("VmRSS")
            misbehave.set()
            await here.until_polled_as("protocol", *endpoints, failures=4)
            assert here.figure("VmHWM") - before < MOST_KIB
            await here.is_served()
            assert max(server.sent) < 2**23, "more was taken than the buffers of sockets hold"
