"""Bounds on what one connection may cost, where aiohttp's server has none.

aiohttp closes a connection that has been idle for a while, and gives up on a body some seconds after
its handler is done. Added here: a deadline for the head of a request (slow loris), one for a peer
that does not read its answer, a cap on connections, and problem documents for what is not HTTP.
"""

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from aiohttp import web

from monitor.views.documents import Problem
from monitor.web.listener.connection_limits import ConnectionLimits, source_of
from monitor.web.listener.throttled_log import ThrottledLog
from monitor.web.routing.problems import problem_response
from monitor.web.routing.security_headers import SECURITY_HEADERS

_NO_ACCESS_LOG = logging.getLogger(f"{__name__}.access")
_NO_ACCESS_LOG.disabled = True
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Bounds on connections.

    Seconds: `head_s` for a request's head, from its first byte; `unread_s` for a peer to take what
    was written to it; `idle_s` between two requests and before the first; `linger_s` for what is left
    of a body that nobody reads. `connections` at a time, `per_source` of them from one address.
    `line_bytes` of the request line and of each of at most `fields` header fields.
    """

    head_s: float = 5.0
    unread_s: float = 30.0
    idle_s: float = 30.0
    linger_s: float = 2.0
    connections: int = 256
    per_source: int = 64
    line_bytes: int = 8190
    fields: int = 64


class BoundedConnection(web.RequestHandler):
    """One connection of aiohttp's server, with bounds.

    `others` holds the open connections; this one joins and leaves it by itself. It logs to `throttled_log`
    when it reaches a bound.
    """

    source = ""

    def __init__(
        self,
        manager: web.Server,
        *,
        loop: asyncio.AbstractEventLoop,
        bounds: Bounds,
        others: ConnectionLimits,
        throttled_log: ThrottledLog,
    ) -> None:
        super().__init__(
            manager,
            loop=loop,
            keepalive_timeout=bounds.idle_s,
            lingering_time=bounds.linger_s,
            max_line_size=bounds.line_bytes,
            max_field_size=bounds.line_bytes,
            max_headers=bounds.fields,
            access_log=_NO_ACCESS_LOG,
            auto_decompress=False,
        )
        self._call_later = loop.call_later
        self._bounds = bounds
        self._others = others
        self._throttled_log = throttled_log
        self._head_timer: asyncio.TimerHandle | None = None
        self._unread_timer: asyncio.TimerHandle | None = None
        self._is_busy = False
        self._is_turned_away = False
        self._has_more = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve the peer, or turn it away when there are too many."""
        stream = cast("asyncio.Transport", transport)  # uvloop's is none by class, only by behaviour
        self.source = source_of(stream.get_extra_info("peername"))
        if not self._others.admit(self):
            self._is_turned_away = True
            stream.write(_FULL)
            stream.close()
            return
        # Then writing is paused whenever anything is left unread, so that one timer sees all of it.
        # Not 0: asyncio's TLS pauses at the bound, plain connections above it.
        stream.set_write_buffer_limits(high=1, low=0)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Leave nothing behind."""
        self._others.leave(self)
        self._stop_head_timer()
        self._stop_unread_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; a request's first ones start its deadline."""
        if self._is_turned_away:
            return
        if self._is_busy:
            self._has_more = True
        else:
            self._expect_head()
        super().data_received(data)

    @property
    def is_waiting(self) -> bool:
        """Tell whether no request is being served."""
        return not self._is_busy

    def give_way(self) -> None:
        """Close at once: another connection needs the place."""
        self._break_off("web.connection_gave_way")

    def pause_writing(self) -> None:
        """Give the peer a while to read."""
        super().pause_writing()
        self._unread_timer = self._call_later(
            self._bounds.unread_s, self._break_off, "web.peer_does_not_read"
        )

    def resume_writing(self) -> None:
        """Go on: the peer has read everything."""
        self._stop_unread_timer()
        super().resume_writing()

    def began(self) -> None:
        """Note that a request's head is complete and its handler runs."""
        self._is_busy = True
        self._has_more = False
        self._stop_head_timer()

    def ended(self) -> None:
        """Note that the handler is done; bytes that came meanwhile begin another request's head.

        The beginning of a head that came in one packet with the request before is not seen here; it has
        `idle_s` to be completed.
        """
        self._is_busy = False
        self._others.served(self)
        if self._has_more:
            self._expect_head()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes the peer
    ) -> web.StreamResponse:
        """Answer bytes that are not HTTP, or a fault outside all middleware; always closes."""
        error = type(exc).__name__ if exc else ""
        if request.writer.output_size > 0:
            self._throttled_log.log("web.answer_broken_off", error=error)
            raise ConnectionError("half of another response has been sent")
        self._throttled_log.log("web.request_refused", status=status, error=error)
        response = problem_response(Problem(title=HTTPStatus(status).phrase, status=status))
        response.headers.update(SECURITY_HEADERS)
        response.force_close()
        return response

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self._call_later(self._bounds.head_s, self._break_off, "web.head_too_slow")

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_unread_timer(self) -> None:
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None

    def _break_off(self, event: str) -> None:
        self._throttled_log.log(event)
        if self.transport is not None:
            self.transport.abort()
