"""From a request to its row in the route table."""

from collections.abc import Iterable

from aiohttp import hdrs, web

from monitor.domain.access.tokens import Scope
from monitor.web.routing.problems import MAX_BODY_BYTES
from monitor.web.routing.route import Route, path_name


class RouteIndex:
    """The route table by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = {(route.method, route.path): route for route in routes}

    def find(self, request: web.Request) -> Route | None:
        """Return the route of a request, None for an unknown one."""
        method = hdrs.METH_GET if request.method == hdrs.METH_HEAD else request.method
        return self._routes.get((method, path_name(request)))

    def scope(self, request: web.Request) -> Scope | None:
        """Return the required scope, None if public; unknown paths need READ, so that a 404 leaks nothing."""
        route = self.find(request)
        return route.scope if route else Scope.READ

    def body_bytes(self, request: web.Request) -> int:
        """Return how large a request's body may be."""
        route = self.find(request)
        return route.body_bytes if route else MAX_BODY_BYTES
