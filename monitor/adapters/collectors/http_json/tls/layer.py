"""TLS for the connections of one client."""

import ssl
from collections.abc import Callable
from typing import Any

from monitor.adapters.collectors.http_json.connection import Connection, Transport
from monitor.adapters.collectors.http_json.tls.handshakes import HandshakeQueue
from monitor.adapters.collectors.http_json.tls.sessions import TlsSessions
from monitor.adapters.collectors.http_json.tls.transport import TlsTransport
from monitor.domain.inventory.endpoint import Endpoint
from monitor.domain.polling.poll_result import CertificatePeriod
from monitor.ports.clock import Clock


class TlsLayer:
    """Puts TLS between wires and connections.

    `settings` say who is trusted; sessions with at most `most_sessions` places are remembered.
    """

    def __init__(self, *, settings: ssl.SSLContext, clock: Clock, most_sessions: int) -> None:
        self._settings = settings
        self._clock = clock
        self._most_sessions = most_sessions
        self._queue = HandshakeQueue(clock=clock)
        self._sessions = TlsSessions(clock=clock, most=most_sessions)

    @property
    def sessions(self) -> int:
        """How many places something is remembered of."""
        return len(self._sessions)

    def is_behind(self) -> bool:
        """Whether handshakes wait for their turn so long that no more should be begun."""
        return self._queue.is_behind()

    def trust(self, settings: ssl.SSLContext) -> None:
        """Begin new connections under other settings; sessions of the old ones are forgotten."""
        self._settings = settings
        self._sessions.close()
        self._sessions = TlsSessions(clock=self._clock, most=self._most_sessions)

    def is_outdated(self, transport: Transport | None) -> bool:
        """Whether `transport` was opened under other settings than those of now."""
        return isinstance(transport, TlsTransport) and transport.settings is not self._settings

    def certificate_of(self, transport: Transport | None) -> CertificatePeriod | None:
        """Return how long the certificate holds that the peer of `transport` has shown; None without TLS."""
        return transport.certificate if isinstance(transport, TlsTransport) else None

    def close(self) -> None:
        """Learn nothing from the connections that are closed from now on."""
        self._sessions.close()

    def over(
        self, endpoint: Endpoint, above: Connection[Any], failed: Callable[[Exception], None]
    ) -> TlsTransport:
        """Return the TLS speaker on a wire to `endpoint` for `above`; see `TlsTransport`."""
        return TlsTransport(
            endpoint=endpoint,
            above=above,
            failed=failed,
            settings=self._settings,
            sessions=self._sessions,
            queue=self._queue,
            clock=self._clock,
        )
