"""The listening socket."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import web

from monitor.adapters.server_tls import ServerTls
from monitor.adapters.token_file import TokenFile, WatchedTokens
from monitor.config.settings import Settings
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import TokenRing
from monitor.domain.pushing.limits import PushLimits
from monitor.ports.availability_reports import AvailabilityReports
from monitor.ports.clock import Clock
from monitor.ports.device_desk import DeviceDesk
from monitor.ports.on_call_desk import OnCallDesk
from monitor.ports.push_intake import PushIntakePort
from monitor.ports.store import Store
from monitor.views.read_model import ReadModel
from monitor.web.api.operations import Reload
from monitor.web.application import Admission, create_web
from monitor.web.listener.connection import BoundedConnection, Bounds
from monitor.web.listener.connection_limits import ConnectionLimits
from monitor.web.listener.throttled_log import ThrottledLog
from monitor.web.listener.tls_listener import TlsListener
from monitor.web.routing.public_address import PublicAddress, below

log = structlog.get_logger()

STOP_S = 2.0
"""How long a request under way may take to end when posmon stops."""

DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebListener:
    """A listening web side: its port, and the connections open now."""

    port: int
    connections: ConnectionLimits


@asynccontextmanager
async def serve_web(
    *,
    read_model: ReadModel,
    store: Store,
    reload: Reload,
    settings: Settings,
    statistics: AccessStatistics,
    push_limits: PushLimits,
    intake: PushIntakePort | None = None,
    desk: OnCallDesk | None = None,
    devices: DeviceDesk | None = None,
    reports: AvailabilityReports | None = None,
) -> AsyncIterator[WebListener]:
    """Serve pages, API and metrics as configured; count in `statistics` who is admitted and who is refused.

    Raises OSError when it cannot listen, InvalidDocument when tokens or certificate cannot be used.
    """
    host, port = settings.web.listen
    clock = read_model.clock
    tls = _server_tls(settings, clock, statistics)
    public = PublicAddress.of(settings.web.external_url or "")
    app = create_web(
        read_model=read_model,
        store=store,
        reload=reload,
        per_terminal=settings.metrics.per_terminal,
        admission=Admission(
            listen_host=host,
            public=public,
            tokens=_tokens(settings, clock, statistics),
            statistics=statistics,
            push_limits=push_limits,
            renew_certificate=tls.look if tls else None,
        ),
        intake=intake,
        desk=desk,
        devices=devices,
        reports=reports,
    )
    async with listening(
        app, host=host, port=port, tls=tls.context if tls else None, root=public.root
    ) as listener:
        yield listener


def _server_tls(settings: Settings, clock: Clock, statistics: AccessStatistics) -> ServerTls | None:
    if settings.web.tls.files is None:
        return None
    cert_file, key_file = settings.web.tls.files
    return ServerTls(cert_file=cert_file, key_file=key_file, clock=clock, statistics=statistics)


def _tokens(settings: Settings, clock: Clock, statistics: AccessStatistics) -> Callable[[], TokenRing] | None:
    """Return the function that gives the tokens in force, None when requests need no token."""
    if settings.web.tokens_file is None:
        return None
    file = TokenFile(settings.web.tokens_file)
    return WatchedTokens(file=file, clock=clock, statistics=statistics).present


@asynccontextmanager
async def listening(
    app: web.Application,
    *,
    host: str,
    port: int,
    bounds: Bounds = DEFAULT_BOUNDS,
    tls: ssl.SSLContext | None = None,
    root: str = "",
) -> AsyncIterator[WebListener]:
    """Serve `app` over bounded connections, with TLS where it is given; `port` 0 takes a free one.

    Paths may begin with `root`.
    """
    loop = asyncio.get_running_loop()
    runner = web.AppRunner(app, shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        manager = runner.server
        throttled_log = ThrottledLog(now=loop.time)
        others = ConnectionLimits(most=bounds.connections, per_source=bounds.per_source)
        assert manager is not None  # noqa: S101 - it is there after setup
        manager.request_factory = below(root, manager.request_factory)

        def connection() -> BoundedConnection:
            return BoundedConnection(
                manager, loop=loop, bounds=bounds, others=others, throttled_log=throttled_log
            )

        async with _listening(connection, (host, port), tls, others, bounds) as taken:
            log.info("web.listening", host=host, port=taken, tls=tls is not None)
            yield WebListener(port=taken, connections=others)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _listening(
    make: Callable[[], BoundedConnection],
    address: tuple[str, int],
    tls: ssl.SSLContext | None,
    others: ConnectionLimits,
    bounds: Bounds,
) -> AsyncIterator[int]:
    """Make a connection of everything that comes to an address; yields the port."""
    if tls is not None:
        times = {"handshake_s": bounds.head_s, "goodbye_s": bounds.linger_s}
        async with TlsListener(address, context=tls, make=make, others=others, **times) as secure:
            yield secure.port
        return
    server = await asyncio.get_running_loop().create_server(make, *address)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
