import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

import uvloop

from monitor.domain.alerts.alert import Transition
from monitor.web.listener.connection import Bounds
from tests.fakes import MemoryStore, until
from tests.fleets import make_fleet
from tests.integration.web.site import Site, raw_peer, serving

BRIEF = Bounds(head_s=0.2, unread_s=0.2, idle_s=0.2)
NEVER_S = 600.0
SOON_S = 30.0
GET = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
DETAIL = GET.replace("/-/healthy", "/api/v1/terminals/10000000")


class SlowStore(MemoryStore):
    """A store that takes its time; `asked` tells when it has been asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Answer after the deadline of a head."""
        self.asked.set()
        await asyncio.sleep(0.5)  # noqa: TID251 - longer than the bound under test
        return await super().history(subject, limit=limit)


class HeldStore(MemoryStore):
    """A store that answers nobody until it is released; `waiting` have asked."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        self.released = asyncio.Event()

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Answer when released."""
        self.waiting += 1
        await self.released.wait()
        return await super().history(subject, limit=limit)


async def _all_closed(site: Site) -> None:
    while site.connections:  # noqa: ASYNC110 - the server tells nobody when it gives one up
        await asyncio.sleep(0.01)  # noqa: TID251 - likewise


async def test_a_head_that_drips_is_cut_off() -> None:
    """Slow loris: bytes that keep coming do not put off the end of a request's head."""
    bounds = Bounds(head_s=0.2, idle_s=NEVER_S)
    async with serving(make_fleet(1), bounds=bounds) as site, raw_peer(site) as peer:

        async def drip() -> None:
            peer.write("GET /-/healthy HTTP/1.1\r\nX: ")
            while not peer.reader.at_eof():
                peer.write("x")
                await asyncio.sleep(0.02)  # noqa: TID251 - the attack is made of waiting

        dripping = asyncio.ensure_future(drip())
        async with asyncio.timeout(SOON_S):
            assert await peer.read_rest() == b""
        dripping.cancel()


async def test_the_second_request_s_head_has_its_deadline_too() -> None:
    """A connection that has been served well is not trusted for ever."""
    bounds = Bounds(head_s=0.2, idle_s=NEVER_S)
    async with serving(make_fleet(1), bounds=bounds) as site, raw_peer(site) as peer:
        peer.write(GET)
        assert (await peer.read_head()).startswith("HTTP/1.1 200 ")
        await peer.reader.readexactly(len("healthy\n"))
        peer.write("GET ")
        async with asyncio.timeout(SOON_S):
            assert await peer.read_rest() == b""


async def test_a_head_begun_while_another_request_is_served_has_its_deadline() -> None:
    """Pipelining is no way around the deadline."""
    living = make_fleet(1)
    living.store = store = SlowStore()
    bounds = Bounds(head_s=0.2, idle_s=NEVER_S)
    async with serving(living, bounds=bounds) as site, raw_peer(site) as peer:
        peer.write(DETAIL)
        await store.asked.wait()
        peer.write("GET ")
        async with asyncio.timeout(SOON_S):
            assert (await peer.read_rest()).startswith(b"HTTP/1.1 200 ")


async def test_a_head_begun_in_the_packet_of_another_request_is_not_waited_for_long() -> None:
    """What the deadline of a head does not see, the one of an idle connection ends."""
    async with serving(make_fleet(1), bounds=BRIEF) as site, raw_peer(site) as peer:
        peer.write(f"{GET}GET ")
        assert (await peer.read_rest()).endswith(b"healthy\n")


async def test_an_idle_connection_is_closed() -> None:
    """A connection that says nothing does not stay."""
    async with serving(make_fleet(1), bounds=BRIEF) as site, raw_peer(site) as peer:
        assert await peer.read_rest() == b""


async def test_a_slow_answer_is_waited_for() -> None:
    """The deadline of a head ends with the head, however long the answer takes."""
    living = make_fleet(1)
    living.store = SlowStore()
    async with serving(living, bounds=Bounds(head_s=0.1)) as site:
        response, _ = await site.get("/api/v1/terminals/10000000")
    assert response.status == 200


async def test_a_peer_that_does_not_read_is_cut_off() -> None:
    """Who asks for a large page and leaves it unread does not keep its memory."""
    bounds = Bounds(unread_s=0.2, idle_s=NEVER_S)
    async with serving(make_fleet(20_000), bounds=bounds) as site, raw_peer(site) as peer:
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        peer.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(SOON_S):
            await _all_closed(site)


async def test_too_many_connections_are_turned_away() -> None:
    """The cap holds while all are being served, and a place that falls free is given to the next."""
    living = make_fleet(1)
    living.store = store = HeldStore()
    async with serving(living, bounds=Bounds(connections=2)) as site:
        async with raw_peer(site) as first, raw_peer(site) as second:
            for peer in (first, second):
                peer.write(DETAIL)
            await until(lambda: store.waiting == 2, within_s=SOON_S)
            async with raw_peer(site) as third:
                assert (await third.read_rest()).startswith(b"HTTP/1.1 503 ")
            store.released.set()
            assert (await first.read_head()).startswith("HTTP/1.1 200 ")
        async with asyncio.timeout(SOON_S):
            await _all_closed(site)
        async with raw_peer(site) as peer:
            peer.write(GET)
            assert (await peer.read_head()).startswith("HTTP/1.1 200 ")


async def test_idle_connections_give_way() -> None:
    """Whoever holds all connections without saying anything keeps nobody out."""
    bounds = Bounds(connections=8, per_source=8, idle_s=NEVER_S)
    async with serving(make_fleet(1), bounds=bounds) as site, AsyncExitStack() as stack:
        idle = [await stack.enter_async_context(raw_peer(site)) for _ in range(8)]
        await until(lambda: len(site.connections) == 8, within_s=SOON_S)
        for _ in range(3):
            async with raw_peer(site) as peer:
                peer.write(GET)
                assert (await peer.read_head()).startswith("HTTP/1.1 200 ")
        assert await idle[0].read_rest() == b""
        assert len(site.connections) <= 8


async def test_connections_are_kept_between_requests() -> None:
    """A client that asks again soon need not connect again."""
    async with serving(make_fleet(1)) as site, raw_peer(site) as peer:
        for _ in range(3):
            peer.write(GET)
            assert (await peer.read_head()).startswith("HTTP/1.1 200 ")
            await peer.reader.readexactly(len("healthy\n"))


def test_bounds_hold_on_uvloop() -> None:
    """The daemon's event loop is another one than the tests'; its transports are of another class."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test_too_many_connections_are_turned_away())
        runner.run(test_a_head_that_drips_is_cut_off())
        runner.run(test_a_peer_that_does_not_read_is_cut_off())
