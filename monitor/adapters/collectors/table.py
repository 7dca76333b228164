"""Which collector observes a terminal: the scheme of its endpoint says so."""

from collections.abc import Container, Mapping

from monitor.adapters.collectors.beside_printer import BesidePrinter
from monitor.domain.inventory.address import scheme_of
from monitor.ports.collector import HeartbeatClient


class CollectorTable:
    """Returns the collector of an endpoint's scheme; a `Collectors`.

    `others` holds every scheme of `monitor.domain.inventory.address` but http and https. `lookup` has the
    terminals of `sources`, whose names may change.
    """

    def __init__(
        self,
        *,
        http: HeartbeatClient,
        others: Mapping[str, HeartbeatClient],
        lookup: HeartbeatClient,
        sources: Container[str],
    ) -> None:
        self._http = http
        self._others = others
        self._lookup = lookup
        self._sources = sources
        self._beside: dict[HeartbeatClient, BesidePrinter] = {}

    def of(self, endpoint: str, *, printer: str = "") -> HeartbeatClient:
        """Return the collector of an endpoint; the one of HTTP names the fault of a scheme that none has."""
        client = self._client_of(endpoint)
        if not printer:
            return client
        beside = self._beside.get(client)
        if beside is None:
            printers = self._client_of(printer)
            beside = self._beside[client] = BesidePrinter(terminals=client, printers=printers)
        return beside

    def _client_of(self, endpoint: str) -> HeartbeatClient:
        scheme = scheme_of(endpoint)
        return self._others.get(scheme) or (self._lookup if scheme in self._sources else self._http)
