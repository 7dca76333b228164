"""Requests that an application with a route table has resolved."""

from collections.abc import Iterable

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from monitor.domain.access.tokens import Scope
from monitor.web.routing.route import Route


async def nothing(_request: web.Request) -> web.StreamResponse:
    """Answer with nothing."""
    return web.Response()


def route(method: str, path: str, scope: Scope | None, *, body_bytes: int = 10) -> Route:
    """Return a row of a route table."""
    return Route(
        method=method,
        path=path,
        scope=scope,
        handler=nothing,
        summary="A route.",
        answer="text/plain",
        body_bytes=body_bytes,
    )


async def resolved(routes: Iterable[Route], method: str, path: str, **headers: str) -> web.Request:
    """Return a request with the route that the router finds for it."""
    app = web.Application()
    for row in routes:
        if row.method == "GET":
            app.router.add_get(row.path, row.handler)
        else:
            app.router.add_route(row.method, row.path, row.handler)
    request = make_mocked_request(method, path, headers=headers, app=app)
    match = await app.router.resolve(request)
    match.add_app(app)
    match.freeze()
    request._match_info = match  # what aiohttp's own server does
    return request
