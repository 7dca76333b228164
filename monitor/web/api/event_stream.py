"""Server-sent events that make pages reload their figures (WHATWG HTML, section 9.2)."""

from aiohttp import hdrs, web

from monitor.views.read_model import ReadModel
from monitor.web.access import caller_of
from monitor.web.routing.problems import refused
from monitor.web.routing.query import read_query

CONTENT_TYPE = "text/event-stream"
MOST_STREAMS = 32
MOST_STREAMS_OF_ONE = 8
TICK_S = 1.0
QUIET_S = 15.0
"""After so long without a change a page is told all the same: ages on it have grown."""

LASTS_S = 600.0
"""After so long a stream ends; the browser opens it again, and its token is looked at again."""

_RETRY = b"retry: 5000\n\n"


class EventStream:
    """Sends `changed` with a revision, once a second at most.

    The event does not say which figures changed: each page asks for those that it shows. A revision only
    differs from the one before. The connection breaks off a peer that does not read.
    """

    def __init__(self, read_model: ReadModel) -> None:
        self._read_model = read_model
        self._open: list[str] = []
        self._is_closing = False

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Answer with ticks until one side has had enough; 503 when there are too many streams."""
        read_query(request.query, ())
        who = caller_of(request).name
        if len(self._open) >= MOST_STREAMS or self._open.count(who) >= MOST_STREAMS_OF_ONE:
            raise refused(503, "Service Unavailable", "Too many streams are open.")
        # nginx would keep what comes until it has a page of it.
        headers = {hdrs.CONTENT_TYPE: CONTENT_TYPE, "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        self._open.append(who)
        try:
            await response.prepare(request)
            if request.method != hdrs.METH_HEAD:
                await self._tick(request, response)
            await response.write_eof()
        finally:
            self._open.remove(who)
        return response

    async def close(self, _app: web.Application) -> None:
        """End all streams: posmon stops."""
        self._is_closing = True

    @property
    def revision(self) -> int:
        """A number that grows with every change that pages show at a glance."""
        read_model = self._read_model
        attempted = read_model.reloads.attempted
        return (
            sum(read_model.book.transitions.values())
            + read_model.fleet.revision
            + (int(attempted.monotonic) if attempted else 0)
        )

    async def _tick(self, request: web.Request, response: web.StreamResponse) -> None:
        clock = self._read_model.clock
        await response.write(_RETRY)
        told, told_at = self.revision, clock.monotonic()
        ends_at = told_at + LASTS_S
        while not self._is_over(request) and (now := clock.monotonic()) < ends_at:
            revision = self.revision
            if revision != told or now - told_at >= QUIET_S:
                told, told_at = revision, now
                await response.write(f"event: changed\ndata: {revision}\n\n".encode())
            await clock.sleep(TICK_S)

    def _is_over(self, request: web.Request) -> bool:
        return self._is_closing or request.transport is None or request.transport.is_closing()
