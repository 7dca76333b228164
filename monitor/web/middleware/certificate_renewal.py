"""When the web side looks for a renewed certificate."""

from collections.abc import Callable

from aiohttp import web

from monitor.web.routing.problems import Handler


class CertificateRenewal:
    """A middleware that calls `look` before each request.

    A handshake looks for a new certificate as well. Clients that keep their connections open make none for
    days, and the metrics would go on showing when the old certificate ends.
    """

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Look, then pass the request on."""
        self._look()
        return await handler(request)
