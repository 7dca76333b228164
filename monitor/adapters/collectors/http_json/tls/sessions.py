"""What was agreed with a terminal in one handshake and spares the next ones most of their work."""

import ssl
from dataclasses import dataclass

from monitor.domain.inventory.endpoint import Endpoint
from monitor.ports.clock import Clock

LIFETIME_S = 3600.0
"""So long after a certificate was verified its session may stand for it."""

ServerPlace = tuple[str, int]
"""Host as it stands in the endpoint, and port: a session is good under the name it was verified for."""


def place_of(endpoint: Endpoint) -> ServerPlace:
    """Return where sessions with `endpoint` belong."""
    return endpoint.host, endpoint.port


@dataclass(slots=True, kw_only=True)
class _Agreement:
    """`session` is None before there is one, or when there is none to be had (`is_hopeless`)."""

    ends_at: float
    session: ssl.SSLSession | None = None
    has_served: bool = False
    is_hopeless: bool = False


class TlsSessions:
    """Sessions with at most `most` places (RFC 5246 section 7.3, RFC 8446 section 2.2).

    A resumed handshake verifies no certificate, so a session is offered for at most LIFETIME_S after
    its certificate was verified and not beyond the certificate's end, and it dies with these settings
    of TLS: new authorities begin with no sessions.

    To take a session costs as much as it saves once, and a place whose connection is kept needs none.
    So one is taken from the second full handshake within LIFETIME_S on, and used until it is declined;
    one that was declined at once is not replaced.
    """

    def __init__(self, *, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._agreements: dict[ServerPlace, _Agreement] = {}

    def __len__(self) -> int:
        return len(self._agreements)

    def find(self, place: ServerPlace) -> ssl.SSLSession | None:
        """Return a session to offer to `place`, if there is one."""
        agreement = self._agreements.get(place)
        if agreement is None:
            return None
        if self._clock.monotonic() < agreement.ends_at:
            return agreement.session
        del self._agreements[place]
        return None

    def learn(self, place: ServerPlace, tls: ssl.SSLObject, *, offered: bool, verified_at: float) -> None:
        """Take note of a connection that has worked and is at its end.

        `offered`: it began with a session from here. `verified_at`, monotonic seconds, is when its
        handshake was over.
        """
        agreement = self._agreements.get(place)
        if tls.session_reused:
            if agreement is not None:
                agreement.has_served = True
        elif verified_at + LIFETIME_S <= self._clock.monotonic():
            return
        elif agreement is None:
            self._put(place, _Agreement(ends_at=verified_at + LIFETIME_S))
        elif offered and not agreement.has_served:
            agreement.session, agreement.is_hopeless = None, True
        elif not agreement.is_hopeless and (offered or agreement.session is None):
            self._put(place, self._agreed(tls, verified_at))

    def close(self) -> None:
        """Forget everything, and learn nothing more."""
        self._most = 0
        self._agreements.clear()

    def _agreed(self, tls: ssl.SSLObject, verified_at: float) -> _Agreement:
        agreement = _Agreement(ends_at=verified_at + LIFETIME_S)
        session = tls.session
        if session is None or not (session.has_ticket or (session.id and tls.version() == "TLSv1.2")):
            agreement.is_hopeless = True
            return agreement
        now = self._clock.now()
        lifetime_s = session.ticket_lifetime_hint or session.timeout
        certificate = tls.getpeercert() or {}
        valid_s = ssl.cert_time_to_seconds(str(certificate["notAfter"])) - now.wall
        agreement.ends_at = min(agreement.ends_at, verified_at + lifetime_s, now.monotonic + valid_s)
        agreement.session = session
        return agreement

    def _put(self, place: ServerPlace, agreement: _Agreement) -> None:
        """Take `agreement` in if there is room; who came first stays, else no session lived to be used."""
        self._agreements.pop(place, None)
        if len(self._agreements) >= self._most and self._agreements:
            oldest = next(iter(self._agreements))
            if self._agreements[oldest].ends_at <= self._clock.monotonic():
                del self._agreements[oldest]
        if len(self._agreements) < self._most:
            self._agreements[place] = agreement
