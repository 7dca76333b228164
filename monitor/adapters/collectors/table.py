"""Which collector observes a terminal: the scheme of its endpoint says so."""

import ssl
from collections.abc import Callable, Mapping
from typing import Protocol

from monitor.domain.inventory.address import scheme_of
from monitor.domain.polling.poll_result import PollResult
from monitor.ports.collector import HeartbeatClient, PollTarget


class HttpClient(HeartbeatClient, Protocol):
    """The collector of our own heartbeat document, which nearly every poll is for."""

    @property
    def kept_connections(self) -> int:
        """Idle connections held for the next poll."""
        ...

    def trust(self, tls: ssl.SSLContext) -> None:
        """Speak TLS by other settings from now on."""
        ...


class CollectorTable:
    """One `HeartbeatClient` made of many: each target goes to the collector of its scheme.

    `others` holds every scheme of `monitor.domain.inventory.address` but http and https.
    """

    def __init__(self, *, http: HttpClient, others: Mapping[str, HeartbeatClient]) -> None:
        self._http = http
        self._others = others
        self._begin_http = http.begin

    @property
    def kept_connections(self) -> int:
        """Idle connections held for the next poll."""
        return self._http.kept_connections

    def trust(self, tls: ssl.SSLContext) -> None:
        """Speak TLS by other settings from now on."""
        self._http.trust(tls)

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Start one exchange with `target`; see `HeartbeatClient.begin`."""
        # Nearly every poll is HTTP, and its client names the fault of an endpoint that no scheme fits.
        if target.endpoint[:4] == "http":
            self._begin_http(target, done)
        else:
            self._collector_of(target).begin(target, done)

    def forget(self, target: PollTarget) -> None:
        """Close what is kept for `target`; an exchange under way ends without calling `done`."""
        self._collector_of(target).forget(target)

    def _collector_of(self, target: PollTarget) -> HeartbeatClient:
        return self._others.get(scheme_of(target.endpoint), self._http)
