"""What stands between posmon and an Alertmanager: it counts requests, and refuses some."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer


class SilenceGate:
    """Passes requests on, except those that `refused` answers with a status, by method.

    The answers to those in `lost` are replaced by a status. Only requests about silences are meant and
    counted; `at_once` is how many of them there were at most.
    """

    def __init__(self, upstream: str, session: aiohttp.ClientSession) -> None:
        self.refused: dict[str, int] = {}
        self.lost: dict[str, int] = {}
        self.counts: Counter[str] = Counter()
        self.at_once = 0
        self.url = ""
        self._upstream = upstream
        self._session = session
        self._now = 0

    async def pass_on(self, asked: web.Request) -> web.Response:
        """Answer as Alertmanager does, or refuse."""
        if "/silence" in asked.path:
            self.counts[asked.method] += 1
            if asked.method in self.refused:
                return web.Response(status=self.refused[asked.method])
            self._now += 1
            self.at_once = max(self.at_once, self._now)
        try:
            answer = await self._answer(asked)
            is_lost = "/silence" in asked.path and asked.method in self.lost
            return web.Response(status=self.lost[asked.method]) if is_lost else answer
        finally:
            self._now -= "/silence" in asked.path

    async def _answer(self, asked: web.Request) -> web.Response:
        async with self._session.request(
            asked.method,
            self._upstream + asked.path_qs,
            data=await asked.read(),
            headers={"Content-Type": "application/json"},
        ) as answer:
            return web.Response(
                status=answer.status, body=await answer.read(), content_type=answer.content_type
            )


@asynccontextmanager
async def silence_gate(upstream: str) -> AsyncIterator[SilenceGate]:
    """Serve a gate before the Alertmanager at `upstream`."""
    async with aiohttp.ClientSession() as session:
        gate = SilenceGate(upstream, session)
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", gate.pass_on)
        async with TestServer(app) as server:
            gate.url = str(server.make_url("/")).removesuffix("/")
            yield gate
