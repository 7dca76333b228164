"""The real web side around a fleet built by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec

from monitor.adapters.exposition import PerTerminal
from monitor.domain.errors import InvalidDocument
from monitor.domain.inventory import InventoryChange
from monitor.views.documents import Problem
from monitor.web import create_web, listening
from monitor.web.connection import Bounds
from monitor.web.server import Listener
from tests.fleets import LivingFleet

PROBLEM = "application/problem+json"


class ScriptedReload:
    """A reload that ends as told; `confirmed` are the `confirm_shrink` it was called with."""

    def __init__(self) -> None:
        self.outcome: InventoryChange | InvalidDocument | Exception = InventoryChange()
        self.confirmed: list[bool] = []

    async def __call__(self, *, confirm_shrink: bool = False) -> InventoryChange:
        """End as told."""
        self.confirmed.append(confirm_shrink)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Site:
    """A listening web side with a client of its own."""

    def __init__(
        self, living: LivingFleet, reload: ScriptedReload, client: aiohttp.ClientSession, listener: Listener
    ) -> None:
        self.living = living
        self.reload = reload
        self.client = client
        self.port = listener.port
        self.connections = listener.connections

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, **options: Any) -> tuple[aiohttp.ClientResponse, bytes]:
        """Return a response and its body."""
        return await self.ask("GET", path, **options)

    async def ask(self, method: str, path: str, **options: Any) -> tuple[aiohttp.ClientResponse, bytes]:
        """Return a response and its body."""
        async with self.client.request(method, f"{self.url}{path}", **options) as response:
            return response, await response.read()

    async def decoded(self, path: str, kind: Any) -> Any:
        """Return a document of the API; it must be there."""
        response, body = await self.get(path)
        assert (response.status, response.content_type) == (200, "application/json")
        return msgspec.json.decode(body, type=kind)

    async def problem(self, path: str, method: str = "GET", **options: Any) -> Problem:
        """Return the problem a request comes to; its status must be the response's."""
        response, body = await self.ask(method, path, **options)
        assert response.content_type == PROBLEM
        problem = msgspec.json.decode(body, type=Problem)
        assert response.status == problem.status
        return problem


@asynccontextmanager
async def serving(
    living: LivingFleet, *, per_terminal: PerTerminal = "all", bounds: Bounds | None = None
) -> AsyncIterator[Site]:
    """Serve a fleet on a free port of 127.0.0.1."""
    reload = ScriptedReload()
    app = create_web(
        sources=living.sources,
        store=living.store,
        reload=reload,
        per_terminal=per_terminal,
        listen_host="127.0.0.1",
    )
    async with (
        listening(app, host="127.0.0.1", port=0, bounds=bounds or Bounds()) as listener,
        aiohttp.ClientSession() as client,
    ):
        yield Site(living, reload, client, listener)


class RawPeer:
    """A peer that writes what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def write(self, text: str) -> None:
        """Send text as it is."""
        self.writer.write(text.encode("latin-1"))

    async def read_head(self) -> str:
        """Return the head of a response."""
        return (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")

    async def read_rest(self) -> bytes:
        """Return everything until the connection ends, however it ends."""
        parts = []
        try:
            while part := await self.reader.read(65536):
                parts.append(part)
        except ConnectionError:
            pass
        return b"".join(parts)


@asynccontextmanager
async def raw_peer(site: Site) -> AsyncIterator[RawPeer]:
    """Connect to a site."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        yield RawPeer(reader, writer)
    finally:
        writer.transport.abort()
