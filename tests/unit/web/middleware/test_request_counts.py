import pytest
from aiohttp import web

from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Scope
from monitor.web.middleware.request_counts import RequestCounts
from tests.unit.web.routing.routed import resolved, route

ROUTES = (route("GET", "/terminals/{terminal_id}", Scope.READ),)


@pytest.mark.parametrize(("status", "kind"), [(200, "2xx"), (304, "3xx"), (404, "4xx"), (503, "5xx")])
async def test_answers_are_counted_by_route_and_class_of_status(status: int, kind: str) -> None:
    """Ids in the path do not make counters of their own; what is not there is `other`."""
    statistics = AccessStatistics()
    counts = RequestCounts(statistics)

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    for path in ("/terminals/1", "/terminals/2", "/nowhere"):
        await counts(await resolved(ROUTES, "GET", path), handler)
    assert statistics.requests == {("/terminals/{terminal_id}", kind): 2, ("other", kind): 1}
