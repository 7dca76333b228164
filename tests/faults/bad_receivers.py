"""Alertmanagers in every bad state, until they are `well`; each writes down what it takes in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.integration.daemon.receiver import Receiver

RETRY_AFTER_S = 1
STATUSES = {"overloaded": 429, "broken": 500, "behind a broken proxy": 502, "refusing credentials": 401}
KINDS = (*STATUSES, "hung", "hanging up", "well")

Take = Callable[[web.Request], Awaitable[web.Response]]


class BadReceivers:
    """One receiver of each kind, by kind; `attempts` counts what each was sent while it was bad."""

    def __init__(self) -> None:
        self.well = asyncio.Event()
        self.receivers = {kind: Receiver() for kind in KINDS}
        self.attempts = dict.fromkeys(KINDS, 0)

    def take_as(self, kind: str) -> Take:
        """Return how a receiver of this kind takes a batch."""

        async def take(request: web.Request) -> web.Response:
            if kind != "well" and not self.well.is_set():
                self.attempts[kind] += 1
                if kind in STATUSES:
                    return web.Response(status=STATUSES[kind], headers={"Retry-After": str(RETRY_AFTER_S)})
                if kind == "hung":
                    await self.well.wait()
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            return await self.receivers[kind].take(request)

        return take


@asynccontextmanager
async def bad_receivers() -> AsyncIterator[BadReceivers]:
    """Serve all of them for the length of a block."""
    bad = BadReceivers()
    async with AsyncExitStack() as stack:
        for kind, receiver in bad.receivers.items():
            app = web.Application(client_max_size=2**24)
            app.router.add_post("/api/v2/alerts", bad.take_as(kind))
            server = await stack.enter_async_context(TestServer(app))
            receiver.url = str(server.make_url("/")).removesuffix("/")
        yield bad
