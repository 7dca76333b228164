"""The listening socket."""

import asyncio
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import web

from monitor.config.settings import Settings
from monitor.ports.store import Store
from monitor.views.sources import Sources
from monitor.web.application import create_web
from monitor.web.connection import BoundedConnection, Bounds
from monitor.web.operations import Reload

log = structlog.get_logger()

STOP_S = 2.0
"""How long a request under way may take to end when posmon stops."""

DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A listening web side: its port, and the connections open now."""

    port: int
    connections: AbstractSet[BoundedConnection]


@asynccontextmanager
async def serve_web(
    *, sources: Sources, store: Store, reload: Reload, settings: Settings
) -> AsyncIterator[Listener]:
    """Serve pages, API and metrics as configured. Raises OSError when it cannot listen."""
    host, port = settings.web.listen
    app = create_web(
        sources=sources,
        store=store,
        reload=reload,
        per_terminal=settings.metrics.per_terminal,
        listen_host=host,
    )
    async with listening(app, host=host, port=port) as listener:
        yield listener


@asynccontextmanager
async def listening(
    app: web.Application, *, host: str, port: int, bounds: Bounds = DEFAULT_BOUNDS
) -> AsyncIterator[Listener]:
    """Serve `app` over bounded connections; `port` 0 takes a free one."""
    loop = asyncio.get_running_loop()
    runner = web.AppRunner(app, shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        manager, others = runner.server, set[BoundedConnection]()
        assert manager is not None  # noqa: S101 - it is there after setup
        server = await loop.create_server(
            lambda: BoundedConnection(manager, loop=loop, bounds=bounds, others=others), host, port
        )
        try:
            listener = Listener(port=server.sockets[0].getsockname()[1], connections=others)
            log.info("web.listening", host=host, port=listener.port)
            yield listener
        finally:
            server.close()
    finally:
        await runner.cleanup()
