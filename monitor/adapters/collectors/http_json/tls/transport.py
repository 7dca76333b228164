"""One TLS connection over one TCP connection."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from struct import pack
from typing import Any

from monitor.adapters.collectors.http_json.connection import Connection, Transport
from monitor.adapters.collectors.http_json.tls.certificates import period_of
from monitor.adapters.collectors.http_json.tls.handshakes import HandshakeQueue
from monitor.adapters.collectors.http_json.tls.sessions import TlsSessions, place_of
from monitor.domain.inventory.endpoint import Endpoint
from monitor.domain.polling.poll_result import CertificatePeriod
from monitor.ports.clock import Clock

PIECE = 4096
"""OpenSSL's buffers in memory never shrink, so what a kept connection is fed at a time is small."""
RECORD = 16 * 1024
"""The most that one TLS record holds (RFC 8446 section 5.1)."""
UNASKED_LIMIT = 640 * 1024
"""Bytes of the peer's in the handshake, and again from one thing sent to it to the next.

An answer takes half of that, certificates 100 KiB at most (OpenSSL). Without a bound a peer could send
tickets and new keys for ever, which cost work and bring no text.
"""
_FINITE_FIELD_SHARES = tuple(
    pack(">5H", 51, size + 6, size + 4, group, size)
    for group, size in ((256, 256), (257, 384), (258, 512), (259, 768), (260, 1024))
)
"""How a key share of each group of RFC 7919 begins in a ClientHello (RFC 8446 section 4.2.8)."""


class TlsTransport:
    """A TLS client over ssl.MemoryBIO: the speaker on a wire, and the transport of the connection `above`.

    `settings` are those it was made with. When the handshake is over either `above.connection_made` or
    `failed` is called, and neither once it has been aborted.

    A peer that says more than was asked for is cut (UNASKED_LIMIT). Its end counts as a good one only with
    its close_notify: without, an answer whose length nobody told may have been cut off by anybody (RFC 9112
    section 9.8).
    """

    __slots__ = (
        "_above",
        "_below",
        "_clock",
        "_error",
        "_failed",
        "_incoming",
        "_is_closing",
        "_is_open",
        "_is_queued",
        "_offered",
        "_outgoing",
        "_place",
        "_queue",
        "_sessions",
        "_tls",
        "_unasked",
        "_verified_at",
        "settings",
    )

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        above: Connection[Any],
        failed: Callable[[Exception], None],
        settings: ssl.SSLContext,
        sessions: TlsSessions,
        queue: HandshakeQueue,
        clock: Clock,
    ) -> None:
        self._above = above
        self._failed: Callable[[Exception], None] | None = failed
        self._place = place_of(endpoint)
        self.settings = settings
        self._sessions = sessions
        self._queue = queue
        self._clock = clock
        self._below: Transport | None = None
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._error: Exception | None = None
        self._verified_at = 0.0
        self._unasked = 0
        self._offered = False
        self._is_queued = False
        self._is_open = False
        self._is_closing = False

    @property
    def is_held_up(self) -> bool:
        """Whether the handshake waits for its turn here, where too many do, and not for the peer."""
        return self._is_queued and self._queue.is_behind()

    @property
    def certificate(self) -> CertificatePeriod | None:
        """How long the peer's certificate holds, None before it is verified and after the end."""
        return period_of(self._tls.getpeercert()) if self._is_open and self._tls is not None else None

    # What follows is called from above.

    def is_closing(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._is_closing

    def write(self, data: bytes) -> None:
        """Send `data`; a failure is reported as the connection's end."""
        if self._is_closing or self._tls is None:
            return
        self._unasked = 0
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            self._break(error)
        else:
            self._flush()

    def close(self) -> None:
        """Say goodbye and end the connection, without waiting for the peer's (RFC 8446 section 6.1)."""
        if self._is_closing:
            return
        if self._is_open and self._tls is not None:
            self._sessions.learn(self._place, self._tls, offered=self._offered, verified_at=self._verified_at)
            with suppress(ssl.SSLError):  # it would like to wait for the peer's
                self._tls.unwrap()
        self._end()

    def abort(self) -> None:
        """End the connection at once, an unfinished handshake silently."""
        self._is_closing = True
        self._failed = None
        if self._below is not None:
            self._below.abort()

    # What follows is called by the wire, `step` by the queue.

    def connection_made(self, transport: Transport) -> None:
        """Queue for the first step of the handshake."""
        self._below = transport
        if self._is_closing:
            transport.abort()
        else:
            self._enqueue()

    def data_received(self, data: bytes) -> None:
        """Go on with the handshake, or hand on what `data` holds."""
        self._unasked += len(data)
        if self._unasked > UNASKED_LIMIT:
            self._break(ssl.SSLError("more than was asked for"))
        elif self._is_open:
            self._read(data)
        else:
            self._incoming.write(data)
            self._enqueue()

    def connection_lost(self, exc: Exception | None) -> None:
        """Report the end, once."""
        error = self._error or exc
        if not self._is_closing:
            error = error or EOFError("no close_notify")
        self._is_closing = True
        self._below = self._tls = None
        failed, self._failed = self._failed, None
        if self._is_open:
            self._above.connection_lost(error)
        elif failed is not None:
            failed(error or EOFError("closed in the handshake"))

    def step(self) -> None:
        """Take the handshake as far as the bytes that are there allow."""
        self._is_queued = False
        if self._is_closing:
            return
        try:
            (self._tls or self._begin()).do_handshake()
        except ssl.SSLWantReadError:
            self._send_flight()
        except (ssl.SSLError, ValueError) as error:
            self._break(error)
        else:
            self._flush()
            self._open()

    def _send_flight(self) -> None:
        """Send the handshake's next flight, but no share of a finite field.

        Only an attacker asks for one: its arithmetic takes a hundred times as long, before any certificate is
        checked. Python's ssl does not let groups be chosen.
        """
        flight = self._outgoing.read()
        if any(share in flight for share in _FINITE_FIELD_SHARES):
            self._break(ssl.SSLError("finite field"))
        elif flight and self._below is not None:
            self._below.write(flight)

    def _enqueue(self) -> None:
        if not self._is_queued:
            self._is_queued = True
            self._queue.add(self)

    def _begin(self) -> ssl.SSLObject:
        host, _ = self._place
        session = self._sessions.find(self._place)
        self._offered = session is not None
        self._tls = self.settings.wrap_bio(
            self._incoming, self._outgoing, server_hostname=host, session=session
        )
        return self._tls

    def _open(self) -> None:
        self._is_open = True
        self._failed = None
        self._verified_at = self._clock.monotonic()
        self._above.connection_made(self)
        if self._incoming.pending and not self._is_closing:
            self._read(b"")

    def _read(self, data: bytes) -> None:
        """Hand on in one piece what came in one: what follows an answer must be seen with it."""
        parts: list[bytes] = []
        is_over, failure = False, None
        try:
            if len(data) <= PIECE:
                is_over = self._decrypt(data, parts)
            else:
                pieces = (data[at : at + PIECE] for at in range(0, len(data), PIECE))
                is_over = any(self._decrypt(piece, parts) for piece in pieces)
        except ssl.SSLError as error:
            failure = error
        if parts:
            self._above.data_received(parts[0] if len(parts) == 1 else b"".join(parts))
        if self._is_closing:
            return
        if failure is not None:
            self._break(failure)
        elif is_over:
            self.close()
        elif self._outgoing.pending:
            self._flush()

    def _decrypt(self, data: bytes, parts: list[bytes]) -> bool:
        """Add to `parts` what `data` completes; True when the peer has said goodbye."""
        assert self._tls is not None  # noqa: S101 - tells mypy: the handshake is over
        self._incoming.write(data)
        try:
            while self._incoming.pending:
                text = self._tls.read(RECORD)
                if not text:
                    return True
                parts.append(text)
        except ssl.SSLWantReadError:
            pass
        return False

    def _break(self, error: Exception) -> None:
        """End the connection for `error`; the alert that OpenSSL has for it goes out."""
        self._error = error
        self._end()

    def _end(self) -> None:
        self._is_closing = True
        self._flush()
        if self._below is not None:
            self._below.close()

    def _flush(self) -> None:
        if self._outgoing.pending and self._below is not None:
            self._below.write(self._outgoing.read())
