"""Pages hear that something has changed."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp

from monitor.web.api.event_stream import LASTS_S, MOST_STREAMS_OF_ONE, QUIET_S, TICK_S
from tests.fakes import loop_settled
from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import Site, serving

STREAM = "/api/v1/stream"


class Listening:
    """A client that reads a stream."""

    def __init__(self, site: Site, response: aiohttp.ClientResponse) -> None:
        self._clock = site.living.clock
        self.response = response

    async def pass_time(self, seconds: float) -> None:
        """Let the stream look as often as it would in this time."""
        for _ in range(round(seconds / TICK_S)):
            await loop_settled()
            self._clock.turn(TICK_S)
        await loop_settled()

    async def heard(self) -> list[str]:
        """Return what has come so far."""
        await asyncio.sleep(0.05)  # noqa: TID251 - what is under way in the socket
        text = self.response.content.read_nowait().decode()
        return [line for line in text.split("\n\n") if line]


async def listening_to(stack: AsyncExitStack, site: Site) -> Listening:
    """Open a stream that has said hello."""
    response = await stack.enter_async_context(site.client.get(f"{site.url}{STREAM}"))
    listening = Listening(site, response)
    assert (response.status, response.content_type) == (200, "text/event-stream")
    await loop_settled()
    assert await listening.heard() == ["retry: 5000"]
    return listening


async def end(site: Site, listening: Listening) -> None:
    """Let the stream come to its end, so that the site can close at once."""
    listening.response.close()
    await asyncio.sleep(0.05)  # noqa: TID251 - the socket's other end must hear of it
    site.living.clock.turn(TICK_S)
    await loop_settled()


def some_terminals() -> LivingFleet:
    """Return terminals that are all well."""
    living = make_fleet(5)
    living.hear_all(printer={"status": "ok"})
    return living


async def test_many_changes_are_one_tick() -> None:
    """A burst of steps is told once, at the next look."""
    async with serving(some_terminals()) as site, AsyncExitStack() as stack:
        listening = await listening_to(stack, site)
        site.living.hear_all(printer={"status": "paper_out"})
        site.living.wait(61)
        await listening.pass_time(3)
        (tick,) = await listening.heard()
        assert tick.startswith("event: changed\ndata: ")
        await end(site, listening)


async def test_a_quiet_stream_ticks_all_the_same() -> None:
    """Ages on a page grow, so it is told after a while that nothing has changed."""
    async with serving(some_terminals()) as site, AsyncExitStack() as stack:
        listening = await listening_to(stack, site)
        await listening.pass_time(QUIET_S - 2)
        assert await listening.heard() == []
        await listening.pass_time(4)
        assert len(await listening.heard()) == 1
        await end(site, listening)


async def test_one_caller_has_a_few_streams_only() -> None:
    """One more than that is refused; the others go on, and a place that is given up is free again."""
    async with serving(some_terminals()) as site, AsyncExitStack() as stack:
        open_ones = [await listening_to(stack, site) for _ in range(MOST_STREAMS_OF_ONE)]
        assert (await site.problem(STREAM)).status == 503
        await end(site, open_ones.pop())
        open_ones.append(await listening_to(stack, site))
        for listening in open_ones:
            await end(site, listening)


async def test_a_stream_does_not_last_for_ever() -> None:
    """It ends after a while, so that a revoked token is looked at again."""
    async with serving(some_terminals()) as site, AsyncExitStack() as stack:
        listening = await listening_to(stack, site)
        site.living.clock.turn(LASTS_S + 1)
        await asyncio.wait_for(listening.response.content.read(), 5)
        assert listening.response.content.at_eof()


async def test_streams_end_when_posmon_stops() -> None:
    """A page that listens does not keep posmon from stopping."""
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(serving(some_terminals()))
        response = await site.client.get(f"{site.url}{STREAM}")
        await loop_settled()
        closing = asyncio.ensure_future(stack.aclose())
        while not closing.done():
            site.living.clock.turn(TICK_S)
            await asyncio.sleep(0.01)  # noqa: TID251 - real sockets close
        await closing
        response.close()
