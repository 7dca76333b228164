"""Scrapes that are many, slow or broken off: what they cost is bounded, over real sockets."""

import asyncio
import gc
import socket
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

import aiohttp
import pytest
from aiohttp import web

from monitor.adapters.exposition import Exposition, Snapshot
from monitor.web import listening
from monitor.web.api.gzip_body import GzipBody
from monitor.web.api.metrics import MOST_COMPRESSED, MetricsPage
from monitor.web.listener.connection import Bounds
from monitor.web.middleware.request_bounds import bounded
from monitor.web.server import WebListener
from tests.fakes import until
from tests.fleets import LivingFleet, make_fleet

TERMINALS = 8000
SCRAPES = 20
MOST_BYTES_OF_ONE = 1_000_000
"""A piece that was rendered from text, or two blocks and what compressing takes; and the connection."""

PATIENT = Bounds(unread_s=600.0)
LONG_S = 60.0


@pytest.fixture(scope="module")
def living() -> LivingFleet:
    """Return a fleet whose page is some 5 MB: more than sockets usually hold."""
    fleet = make_fleet(TERMINALS)
    fleet.hear_all(battery={"percent": 57}, printer={"status": "ok"}, registration={"status": "registered"})
    return fleet


@contextmanager
def deaf_scrapers(port: int, accept_encoding: str) -> Iterator[None]:
    """Ask for the page over and over at once, and read nothing of it."""
    with ExitStack() as stack:
        for _ in range(SCRAPES):
            peer = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            request = (
                f"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {accept_encoding}\r\n\r\n"
            )
            peer.sendall(request.encode())
        yield


@contextmanager
def traced_memory() -> Iterator[None]:
    """Let Python count what it allocates."""
    gc.collect()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def under_way(kind: type) -> int:
    """Return how many objects of a kind are alive."""
    return sum(type(each) is kind for each in gc.get_objects())


class ObservedExposition(Exposition):
    """An exposition that notes in which turn of the loop each piece is rendered, and how pages end."""

    def __init__(self, living: LivingFleet) -> None:
        super().__init__(read_model=living.read_model, per_terminal="all")
        self.turn = 0
        self.rendered_in: list[int] = []
        self.begun = self.ended = self.broken_off = 0

    def page(self, snapshot: Snapshot) -> Iterator[bytes]:
        """Note the turns."""
        self.begun += 1
        try:
            for piece in super().page(snapshot):
                self.rendered_in.append(self.turn)
                yield piece
            self.ended += 1
        except GeneratorExit:
            self.broken_off += 1
            raise

    async def count_turns(self) -> None:
        """Count the turns of the loop until cancelled."""
        while True:
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes
            self.turn += 1


@asynccontextmanager
async def metrics_alone(
    exposition: Exposition, living: LivingFleet, *, longest_s: float = 600.0
) -> AsyncIterator[WebListener]:
    """Serve nothing but the page."""
    app = web.Application(middlewares=[bounded])
    pages = MetricsPage(exposition=exposition, clock=living.clock, longest_s=longest_s)
    app.router.add_get("/metrics", pages.get)
    async with listening(app, host="127.0.0.1", port=0, bounds=PATIENT) as listener:
        yield listener


def unread(listener: WebListener) -> int:
    """Return how many connections have something that their peers do not take."""
    transports = (peer.transport for peer in listener.connections if isinstance(peer, web.RequestHandler))
    return sum(
        isinstance(transport, asyncio.Transport) and transport.get_write_buffer_size() > 0
        for transport in transports
    )


async def test_scrapers_that_stop_reading_cost_little(living: LivingFleet) -> None:
    """Twenty of them wait in the middle of their pages, which are not kept in memory; others are answered."""
    exposition = ObservedExposition(living)
    async with metrics_alone(exposition, living) as listener, aiohttp.ClientSession() as client:
        with traced_memory(), deaf_scrapers(listener.port, "identity"):
            before, _ = tracemalloc.get_traced_memory()
            await until(lambda: unread(listener) + exposition.ended == SCRAPES, within_s=LONG_S)
            _, most = tracemalloc.get_traced_memory()
            assert most - before < SCRAPES * MOST_BYTES_OF_ONE
            assert under_way(Snapshot) <= 1
            async with client.head(f"http://127.0.0.1:{listener.port}/metrics") as response:
                assert response.status == 200


async def test_compressed_scrapes_at_once_cost_little(living: LivingFleet) -> None:
    """Of twenty pages some are compressed, the rest sent as they are; none is in memory as a whole."""
    exposition = ObservedExposition(living)
    async with metrics_alone(exposition, living) as listener:
        with traced_memory(), deaf_scrapers(listener.port, "gzip"):
            before, _ = tracemalloc.get_traced_memory()
            await until(lambda: exposition.ended == MOST_COMPRESSED, within_s=LONG_S)
            _, most = tracemalloc.get_traced_memory()
            assert most - before < SCRAPES * MOST_BYTES_OF_ONE


@pytest.mark.parametrize("accept_encoding", ["identity", "gzip"])
async def test_a_scrape_that_is_broken_off_leaves_nothing(living: LivingFleet, accept_encoding: str) -> None:
    """When its peers are gone in the middle of their pages nothing of the pages is left."""
    exposition = ObservedExposition(living)
    async with metrics_alone(exposition, living) as listener:
        with traced_memory():
            before, _ = tracemalloc.get_traced_memory()
            with deaf_scrapers(listener.port, accept_encoding):
                await until(lambda: len(exposition.rendered_in) > 500, within_s=LONG_S)
            await until(lambda: exposition.broken_off == exposition.begun, within_s=LONG_S)
            await until(lambda: not listener.connections)
            assert under_way(Snapshot) == under_way(GzipBody) == 0
            after, _ = tracemalloc.get_traced_memory()
            assert after - before < MOST_BYTES_OF_ONE


async def test_many_scrapes_take_no_more_of_a_turn_than_one(living: LivingFleet) -> None:
    """However many scrapes there are, one piece is rendered between two turns of everybody else."""
    exposition = ObservedExposition(living)
    async with metrics_alone(exposition, living) as listener:
        counting = asyncio.ensure_future(exposition.count_turns())
        with deaf_scrapers(listener.port, "identity"):
            await until(lambda: len(exposition.rendered_in) > 500, within_s=LONG_S)
        counting.cancel()
    assert max(Counter(exposition.rendered_in[:500]).values()) == 1


async def test_a_scrape_that_takes_too_long_is_broken_off(living: LivingFleet) -> None:
    """A peer that reads now and then, so that it never seems idle, does not stay for ever."""
    exposition = Exposition(read_model=living.read_model, per_terminal="all")
    async with metrics_alone(exposition, living, longest_s=0.5) as listener:
        with deaf_scrapers(listener.port, "identity"):
            await until(lambda: len(listener.connections) == SCRAPES)
            await until(lambda: not listener.connections, within_s=LONG_S)
        assert under_way(Snapshot) == 0
