"""One answer on its way to a poller, and the ways it can be delivered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Protocol

from monitor.simulator.document import Document, encode


class ServerWire(Protocol):
    """The server's end of one connection, as deliveries use it."""

    def write(self, data: bytes) -> None:
        """Send `data` at once."""
        ...

    def finish(self) -> None:
        """End this exchange; the connection stays open if the poller wanted that."""
        ...

    def close(self) -> None:
        """Send what was written, then close in order (FIN)."""
        ...

    def reset(self) -> None:
        """Drop the connection hard (RST); what was not sent is lost."""
        ...

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` later, unless the connection is gone by then."""
        ...

    def pour(self, chunks: Iterator[bytes]) -> None:
        """Send `chunks` as fast as the poller takes them, without gathering them here; then close."""
        ...


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedAnswer:
    """What goes back to one request; faults change it in their order.

    `document` is what the terminal would say; `body` is None until somebody needs the bytes.
    `deliver` decides how head and body reach the poller.
    """

    document: Document
    body: bytes | None = None
    status: int = HTTPStatus.OK
    content_type: str = "application/json"
    headers: tuple[str, ...] = ()
    deliver: "AnswerDelivery"

    def encoded(self) -> bytes:
        """Return the body, encoding the document on first use."""
        if self.body is None:
            self.body = encode(self.document)
        return self.body

    def response(self) -> bytes:
        """Return a whole response whose length is stated."""
        body = self.encoded()
        return self.head(f"Content-Length: {len(body)}") + body

    def head(self, framing: str) -> bytes:
        """Return status line and headers; `framing` is the line that says where the body ends."""
        status = HTTPStatus(self.status)
        content_type = f"Content-Type: {self.content_type}"
        lines = (f"HTTP/1.1 {status.value} {status.phrase}", content_type, *self.headers, framing)
        return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n"


AnswerDelivery = Callable[[ServerWire, SimulatedAnswer], None]


def whole(wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Send the response in one piece, as terminals do."""
    wire.write(answer.response())
    wire.finish()


def delayed(inner: AnswerDelivery, seconds: float, wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Deliver as `inner` does, `seconds` late."""
    wire.after(seconds, partial(inner, wire, answer))


def never(wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Leave the poller waiting."""


def closed(wire: ServerWire, answer: SimulatedAnswer) -> None:  # noqa: ARG001 -- a delivery's signature
    """Close in order without a word."""
    wire.close()


def reset(wire: ServerWire, answer: SimulatedAnswer) -> None:  # noqa: ARG001 -- a delivery's signature
    """Drop the connection without a word."""
    wire.reset()


def dripping(interval_s: float, wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Send one byte at a time."""
    _drip(interval_s, wire, iter(answer.response()))


def _drip(interval_s: float, wire: ServerWire, left: Iterator[int]) -> None:
    byte = next(left, None)
    if byte is None:
        wire.finish()
        return
    wire.write(bytes((byte,)))
    wire.after(interval_s, partial(_drip, interval_s, wire, left))


def cut_short(wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Promise a whole body, send half of it, close."""
    response = answer.response()
    wire.write(response[: len(response) - len(answer.encoded()) // 2])
    wire.close()


def chunked(wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Send a legal chunked body (RFC 9112, section 7.1) with an extension, odd sizes and a trailer."""
    body = answer.encoded()
    pieces = [body[start : start + 61] for start in range(0, len(body), 61)]
    wire.write(answer.head("Transfer-Encoding: chunked"))
    for piece in pieces:
        wire.write(b"%x;piece=61\r\n%b\r\n" % (len(piece), piece))
    wire.write(b"0\r\nX-Pieces: %d\r\n\r\n" % len(pieces))
    wire.finish()


def flooding_headers(wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Send header lines for as long as the poller reads them."""
    lines = b"".join(b"X-Flood-%04d: %b\r\n" % (number, b"x" * 1000) for number in range(16))
    head = answer.head("X-Flood: begins")
    wire.pour(_endless(head.removesuffix(b"\r\n"), lines))


def flooding_body(size: int, wire: ServerWire, answer: SimulatedAnswer) -> None:
    """Send a body of `size` bytes, or as much of it as the poller reads."""
    wire.pour(_measured(answer.head(f"Content-Length: {size}"), size))


def _endless(first: bytes, again: bytes) -> Iterator[bytes]:
    yield first
    while True:
        yield again


def _measured(head: bytes, size: int) -> Iterator[bytes]:
    yield head
    piece = b" " * 65_536
    while size > 0:
        yield piece[:size]
        size -= len(piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a fault function may look at.

    `lasted_s` is how long the fault has lasted; `wall` unix seconds; `parameters` holds a value
    for every parameter its kind declares, in seconds, percent, dBm or as text.
    """

    lasted_s: float
    wall: float
    parameters: Mapping[str, "Value"]

    def number(self, name: str) -> float:
        """Return a numeric parameter."""
        return float(self.parameters[name])

    def text(self, name: str) -> str:
        """Return a parameter as text."""
        return str(self.parameters[name])


Value = float | int | str
