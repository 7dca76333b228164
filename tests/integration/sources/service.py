"""A service that lists terminals, on a free port of loopback."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network

from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from monitor.adapters.sources.json_client import JsonClient
from monitor.adapters.system import SystemClock
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.sources.report import RoundResult, TerminalReport
from monitor.ports.terminal_source import TerminalSource

LOOPBACK = AddressPolicy(allowed_networks=(ip_network("127.0.0.0/8"),))

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def service(handler: Handler) -> AsyncIterator[URL]:
    """Serve every path with `handler`; return the address."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(application, host="127.0.0.1") as server:
        yield server.make_url("/")


@asynccontextmanager
async def json_client(
    *,
    allowed: AddressPolicy = LOOPBACK,
    timeout_s: float = 2.0,
    fields: Mapping[str, str] | None = None,
    **headers: str,
) -> AsyncIterator[JsonClient]:
    """Return a client that may ask loopback; header `fields` and `headers` go with every request."""
    async with JsonClient(
        headers=headers | dict(fields or {}), allowed=allowed, timeout_s=timeout_s, clock=SystemClock()
    ) as client:
        yield client


async def ask(source: TerminalSource) -> tuple[RoundResult, list[TerminalReport]]:
    """Ask once, and return how that ended with all reports."""
    reports: list[TerminalReport] = []

    def deliver(page: Sequence[TerminalReport]) -> None:
        reports.extend(page)

    return await source.ask(deliver), reports
