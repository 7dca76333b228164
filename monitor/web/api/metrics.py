"""`/metrics` and `/metrics/terminals`, sent piece by piece so that no poll waits for them."""

import asyncio
from collections.abc import Iterator

import structlog
from aiohttp import hdrs, web

from monitor.adapters.exposition import CONTENT_TYPE, Exposition
from monitor.domain.inventory.placement import Shard
from monitor.ports.clock import Clock
from monitor.web.api.cooperative import in_turns
from monitor.web.api.gzip_body import GzipBody, takes_gzip
from monitor.web.routing.problems import refused
from monitor.web.routing.query import SHARDS, read_query

LONGEST_S = 60.0
"""A scraper that takes longer than that for a page has long given up, or means no good."""

MOST_COMPRESSED = 16
"""A body being compressed holds half a megabyte; beyond so many at a time pages are sent as they are."""

log = structlog.get_logger()


class MetricsPage:
    """Sends the exposition.

    All scrapes together render one piece in a turn of the loop, however many they are, so that they take
    longer and nobody else does. What a scrape holds while its peer does not read is one piece, or two
    blocks that are compressed in a thread.
    """

    def __init__(self, *, exposition: Exposition, clock: Clock, longest_s: float = LONGEST_S) -> None:
        self._exposition = exposition
        self._clock = clock
        self._longest_s = longest_s
        self._looking = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._compressing = 0

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Answer with the whole page."""
        if request.method == hdrs.METH_HEAD:
            return await self._send(request, iter(()))
        async with self._looking:
            snapshot = await in_turns(self._exposition.look(), self._clock)
        return await self._send(request, self._exposition.page(snapshot))

    async def terminals(self, request: web.Request) -> web.StreamResponse:
        """Answer with the series of terminals alone, all of them or those of a shard."""
        shard = _shard(read_query(request.query, SHARDS))
        is_head = request.method == hdrs.METH_HEAD
        return await self._send(request, iter(()) if is_head else self._exposition.terminals(shard))

    async def _send(self, request: web.Request, pieces: Iterator[bytes]) -> web.StreamResponse:
        headers = {hdrs.CONTENT_TYPE: CONTENT_TYPE, hdrs.VARY: hdrs.ACCEPT_ENCODING}
        is_compressed = self._compresses(request)
        if is_compressed:
            headers[hdrs.CONTENT_ENCODING] = "gzip"
        response = web.StreamResponse(headers=headers)
        self._compressing += is_compressed
        try:
            async with asyncio.timeout(self._longest_s):
                await response.prepare(request)
                if request.method != hdrs.METH_HEAD:
                    await self._write(response, pieces, GzipBody() if is_compressed else None)
                await response.write_eof()
        except TimeoutError:
            log.info("metrics.scrape_broken_off", after_s=self._longest_s)
            _hang_up(request)
        except ConnectionError:
            # Not passed on: it would keep these frames, and the fleet as they see it, until the garbage
            # collector comes. aiohttp finds out by itself that nobody is there.
            log.info("metrics.scraper_gone")
        finally:
            self._compressing -= is_compressed
        return response

    async def _write(
        self, response: web.StreamResponse, pieces: Iterator[bytes], gzip: GzipBody | None
    ) -> None:
        while (piece := await self._next(pieces)) is not None:
            ready = piece if gzip is None else await gzip.take(piece)
            if ready:
                await response.write(ready)
        if gzip is not None:
            await response.write(await gzip.end())

    async def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        """Return the next piece, None after the last; others have their turn before."""
        async with self._turn:
            await self._clock.sleep(0)
            return next(pieces, None)

    def _compresses(self, request: web.Request) -> bool:
        accepted = takes_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        return accepted and self._compressing < MOST_COMPRESSED


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _shard(asked: dict[str, int]) -> Shard:
    if ("shard" in asked) is not ("of" in asked):
        raise refused(400, "Bad Request", "shard and of belong together: shard=0&of=4 is the first of four.")
    shard = Shard(index=asked.get("shard", 0), of=asked.get("of", 1))
    if shard.index >= shard.of:
        detail = f"shard: the shards of {shard.of} are 0 to {shard.of - 1}."
        raise refused(400, "Bad Request", detail)
    return shard
