import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import BODY, GOOD, HEAD, Visit, serving

OF_EACH = 4
EVERY_S = 0.05
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

DRIPS = {
    "silent": (b"", b""),
    "status": (b"", GOOD),
    "headers": (HEAD, b"X: y\r\n" * 1000),
    "body": (GOOD.removesuffix(BODY), BODY),
    "blanks": (HEAD + b"Content-Length: 1000\r\n\r\n", b" " * 1000),
    "chunks": (CHUNKED, b"1\r\n \r\n" * 1000),
    "interim-answers": (b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000),
    "half-an-answer": (GOOD[:-1], b""),
}
"""What is said at once, and then byte by byte; after that nothing more comes."""


async def drip(visit: Visit) -> None:
    """Play what the path names."""
    at_once, slowly = DRIPS[(await visit.request())[5:].partition(b" ")[0].decode()]
    await visit.send(at_once)
    await visit.drip(slowly, every_s=EVERY_S)
    await visit.hang()


@contextmanager
def black_hole() -> Iterator[str]:
    """Yield the endpoint of a host that takes no more connections and does not say so."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


async def test_a_terminal_that_hangs_or_drips_times_out(tmp_path: Path) -> None:
    """The deadline is for the whole poll: bytes that keep coming, in head or body, do not put it off."""
    async with serving(drip) as server:
        with black_hole() as unreachable:
            endpoints = {kind: f"http://127.0.0.1:{server.port}/{kind}" for kind in DRIPS}
            bad = [
                bad_terminal(f"{kind}-{number}", endpoint)
                for kind, endpoint in (endpoints | {"black-hole": unreachable}).items()
                for number in range(OF_EACH)
            ]
            async with neighbourhood(tmp_path, *bad, healthy=40) as here:
                names = [terminal.terminal_id for terminal in bad]
                await here.until_polled_as("timeout", *names, failures=3)
                await here.is_served()
                assert await here.value("posmon_polls_total", result="timeout") >= 3 * len(bad)
                assert await here.value("posmon_polls_total", result="ok") >= 3 * len(here.healthy)
