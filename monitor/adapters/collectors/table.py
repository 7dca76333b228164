"""Which collector observes a terminal: the scheme of its endpoint says so."""

from collections.abc import Mapping

from monitor.adapters.collectors.beside_printer import BesidePrinter
from monitor.domain.inventory.address import scheme_of
from monitor.ports.collector import HeartbeatClient


class CollectorTable:
    """Returns the collector of an endpoint's scheme; a `Collectors`.

    `others` holds every scheme of `monitor.domain.inventory.address` but http and https.
    """

    def __init__(self, *, http: HeartbeatClient, others: Mapping[str, HeartbeatClient]) -> None:
        self._http = http
        self._others = others
        self._beside: dict[HeartbeatClient, BesidePrinter] = {}

    def of(self, endpoint: str, *, printer: str = "") -> HeartbeatClient:
        """Return the collector of an endpoint; the one of HTTP names the fault of a scheme that none has."""
        client = self._others.get(scheme_of(endpoint), self._http)
        if not printer:
            return client
        beside = self._beside.get(client)
        if beside is None:
            printers = self._others.get(scheme_of(printer), self._http)
            beside = self._beside[client] = BesidePrinter(terminals=client, printers=printers)
        return beside
