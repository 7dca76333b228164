"""The HTTP/1.1 server (RFC 9112) terminals answer through: one small protocol over httptools.

It knows nothing of terminals: a `Respond` turns a request target into bytes or an `SimulatedAnswer`.
"""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial

import httptools

from monitor.simulator.answer import SimulatedAnswer

Respond = Callable[[bytes], bytes | SimulatedAnswer]

_LONGEST_TARGET = 8192
_LARGEST_BODY = 64 * 1024
_MOST_WAITING = 64
_MOST_UNSENT = 256 * 1024
_UNSENT_RETRY_S = 0.01
_RST_ON_CLOSE = struct.pack("ii", 1, 0)
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_NOT_ALLOWED = b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n"


class PollerConnection(asyncio.Protocol):
    """One poller's connection; fulfils `Wire`.

    Invariants: at most one exchange is under way, further requests wait in order; after
    `connection_lost` no timer is left and nothing is written.
    """

    __slots__ = (
        "_connections",
        "_is_busy",
        "_keeps_alive",
        "_parser",
        "_respond",
        "_target",
        "_timer",
        "_transport",
        "_waiting",
    )

    _methods = frozenset({b"GET"})
    _transport: asyncio.Transport

    def __init__(self, respond: Respond, connections: "set[PollerConnection]") -> None:
        self._respond = respond
        self._connections = connections
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""
        self._is_busy = False
        self._keeps_alive = True
        self._waiting: deque[tuple[bytes, bool]] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; called by the event loop."""
        self._transport = transport  # type: ignore[assignment]
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- the protocol's signature
        """End; called by the event loop, once, however it ended."""
        self._connections.discard(self)
        self._waiting = None
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Take bytes; called by the event loop."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._transport.close()
        except httptools.HttpParserError:
            self._refuse()

    def on_url(self, part: bytes) -> None:
        """Take a piece of the request target; called by the parser."""
        self._target += part
        if len(self._target) > _LONGEST_TARGET:
            self._refuse()

    def on_message_complete(self) -> None:
        """Answer; called by the parser at the end of a request."""
        target, self._target = self._target, b""
        if self._parser.get_method() not in self._methods:
            target = b""
        keeps_alive = self._parser.should_keep_alive()
        if self._is_busy:
            self._put_off(target, keeps_alive)
        else:
            self._answer(target, keeps_alive)

    def _put_off(self, target: bytes, keeps_alive: bool) -> None:
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append((target, keeps_alive))
        if len(self._waiting) > _MOST_WAITING:
            self._transport.abort()

    def _answer(self, target: bytes, keeps_alive: bool) -> None:
        if self._transport.is_closing():
            return
        self._keeps_alive = keeps_alive
        answer = self._respond(target) if target else _NOT_ALLOWED
        if isinstance(answer, SimulatedAnswer):
            self._is_busy = True
            answer.deliver(self, answer)
        elif keeps_alive:
            self._transport.write(answer)
        else:
            self._transport.write(answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            self._transport.close()

    def _refuse(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(_BAD_REQUEST)
            self._transport.close()

    def write(self, data: bytes) -> None:
        """Send `data` at once."""
        self._transport.write(data)

    def finish(self) -> None:
        """End the exchange and take up the next request that waits."""
        self._is_busy = False
        if not self._keeps_alive:
            self._transport.close()
        elif self._waiting:
            self._answer(*self._waiting.popleft())

    def close(self) -> None:
        """Close in order."""
        self._transport.close()

    def abort(self) -> None:
        """Drop all exchanges under way."""
        self._transport.abort()

    def reset(self) -> None:
        """Drop the connection with RST: that is what a close with no linger time sends."""
        bare: socket.socket = self._transport.get_extra_info("socket")
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
        self._transport.abort()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` later; a connection has one such timer."""
        self._timer = asyncio.get_running_loop().call_later(seconds, action)

    def pour(self, chunks: Iterator[bytes]) -> None:
        """Send `chunks` as the peer takes them, then close."""
        if self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > _MOST_UNSENT:
            self.after(_UNSENT_RETRY_S, partial(self.pour, chunks))
            return
        chunk = next(chunks, None)
        if chunk is None:
            self._transport.close()
            return
        self._transport.write(chunk)
        # One chunk a turn of the loop, so that other connections get their turns.
        self.after(0, partial(self.pour, chunks))


class SignedRequestConnection(PollerConnection):
    """A connection whose `Respond` gets a line after the target: the header field `signature`.

    A request target has no line breaks (RFC 9112 section 3.2), so the two are told apart.
    """

    __slots__ = ()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; called by the parser after the whole target."""
        if name.lower() == b"signature":
            self._target += b"\n" + value


class PostedRequestConnection(PollerConnection):
    """A connection whose `Respond` gets two lines after the target: the field `X-API-Key`, and the body.

    GET and POST are served. A body has at most 64 KiB.
    """

    __slots__ = ("_key",)

    _methods = frozenset({b"GET", b"POST"})

    def on_message_begin(self) -> None:
        """Begin a request; called by the parser."""
        self._key = b""

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; called by the parser after the whole target."""
        if name.lower() == b"x-api-key":
            self._key = value

    def on_headers_complete(self) -> None:
        """Take the end of the header; called by the parser."""
        self._target += b"\n" + self._key + b"\n"

    def on_body(self, part: bytes) -> None:
        """Take a piece of the body; called by the parser."""
        self._target += part
        if len(self._target) > _LARGEST_BODY:
            self._refuse()
