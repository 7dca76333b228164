"""Terminals that answer by a script over time, each at a path of its own on one port."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from monitor.adapters.system import SystemClock
from monitor.domain.inventory.terminal import Terminal
from tests.faults.neighbourhood import bad_terminal

Answer = dict[str, Any] | web.Response
Script = Callable[[float], Answer]
"""From the seconds since the server began to the document, or the whole answer, of a terminal."""


class OddTerminals:
    """Add terminals with `add`; `polls` counts by id how often each was asked."""

    def __init__(self) -> None:
        self.polls: dict[str, int] = {}
        self._scripts: dict[str, Script] = {}
        self._clock = SystemClock()
        self._began = self._clock.monotonic()
        self.server: BaseTestServer | None = None

    def add(self, terminal_id: str, script: Script, **fields: str) -> Terminal:
        """Return the row of a terminal that answers by `script`, with its own id unless that says another."""
        self._scripts[terminal_id] = script
        self.polls[terminal_id] = 0
        return bad_terminal(terminal_id, self.url(terminal_id), **fields)

    def url(self, terminal_id: str) -> str:
        """Return where a terminal answers."""
        assert self.server is not None
        return str(self.server.make_url(f"/{terminal_id}"))

    async def until_polled(self, terminal_id: str, times: int) -> None:
        """Wait until a terminal was asked so often in all."""
        async with asyncio.timeout(60):
            while self.polls[terminal_id] < times:  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0.05)  # noqa: TID251 - another process has no event for us

    async def answer(self, request: web.Request) -> web.Response:
        """Answer as the terminal of this path."""
        terminal_id = request.path.strip("/")
        self.polls[terminal_id] += 1
        said = self._scripts[terminal_id](self._clock.monotonic() - self._began)
        if isinstance(said, web.Response):
            return said
        body = json.dumps({"terminal_id": terminal_id} | said)
        return web.Response(body=body.encode(), content_type="application/json")


@asynccontextmanager
async def odd_terminals() -> AsyncIterator[OddTerminals]:
    """Serve for the length of a block."""
    odd = OddTerminals()
    app = web.Application()
    app.router.add_get("/{terminal_id}", odd.answer)
    async with TestServer(app) as server:
        odd.server = server
        yield odd
