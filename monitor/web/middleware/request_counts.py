"""How many requests came, and how they were answered."""

from aiohttp import web

from monitor.domain.access.statistics import AccessStatistics
from monitor.web.routing.problems import Handler
from monitor.web.routing.route import path_name


class RequestCounts:
    """A middleware that counts answers by route and class of status, `4xx` and the like."""

    def __init__(self, statistics: AccessStatistics) -> None:
        self._requests = statistics.requests

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass a request on, and count its answer."""
        response = await handler(request)
        self._requests[path_name(request), f"{response.status // 100}xx"] += 1
        return response
