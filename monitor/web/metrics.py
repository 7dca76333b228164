"""`/metrics`, sent piece by piece so that no poll waits for it."""

from aiohttp import hdrs, web

from monitor.adapters.exposition import CONTENT_TYPE, Exposition
from monitor.ports.clock import Clock


class MetricsPage:
    """Sends the exposition.

    It is not compressed: scrapes come over loopback or a local network, and compressing 60 MB costs
    more processor time than rendering them.
    """

    def __init__(self, *, exposition: Exposition, clock: Clock) -> None:
        self._exposition = exposition
        self._clock = clock

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Answer a scrape; between two pieces everybody else has a turn."""
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})
        await response.prepare(request)
        if request.method != hdrs.METH_HEAD:
            for chunk in self._exposition.chunks():
                if chunk:
                    await response.write(chunk)
                await self._clock.sleep(0)
        await response.write_eof()
        return response
