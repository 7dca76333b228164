"""Vendor clouds that are not there: each lists the simulated fleet in its own form, over HTTP.

Any key or token is good; PAXSTORE (`paxstore_cloud`) wants its own, and Adyen (`adyen_cloud`) any at all. A
terminal that a scenario lets hang or refuse is offline for its cloud.
"""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import parse_qs, urlsplit

from msgspec import json

from monitor.domain.heartbeat.reading import Activity, NetworkType, PrinterStatus
from monitor.domain.instant import rfc3339
from monitor.ports.clock import Clock
from monitor.simulator.adyen_cloud import adyen_id, respond_as_adyen
from monitor.simulator.document import Document
from monitor.simulator.listing import Listing
from monitor.simulator.paxstore_cloud import PaxstoreCloud
from monitor.simulator.server import PollerConnection, PostedRequestConnection, SignedRequestConnection

PAGE = 100
PAIRED_AT = "2026-01-05T09:00:00.000Z"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


def stripe_id(terminal_id: str) -> str:
    """Return what Stripe calls a terminal."""
    return f"tmr_{terminal_id}"


def stripe(path: str, query: Mapping[str, list[str]], fleet: Callable[[], Listing]) -> object | None:
    """Answer as "List readers" does."""
    if path != "/v1/terminal/readers":
        return None
    readers = [
        {
            "id": stripe_id(document.terminal_id),
            "object": "terminal.reader",
            "action": {"status": "in_progress"} if document.activity is Activity.BUSY else None,
            "device_sw_version": document.firmware_version,
            "device_type": document.model,
            "last_seen_at": int(seen * 1000),
            "location": f"tml_{document.terminal_id[:-1]}",
            "serial_number": document.serial_number,
            "status": "online" if online else "offline",
        }
        for document, online, seen in fleet()
    ]
    after = query.get("starting_after", [""])[0]
    begin = next((place + 1 for place, reader in enumerate(readers) if reader["id"] == after), 0)
    page = readers[begin : begin + PAGE]
    return {"object": "list", "url": path, "data": page, "has_more": begin + PAGE < len(readers)}


def square(path: str, query: Mapping[str, list[str]], fleet: Callable[[], Listing]) -> object | None:
    """Answer as "List devices" does."""
    if path != "/v2/devices":
        return None
    begin = int(query.get("cursor", ["0"])[0])
    devices = [_square_device(*one) for one in fleet()[begin : begin + PAGE]]
    more = {"cursor": str(begin + PAGE)} if len(devices) == PAGE else {}
    return {"devices": devices, **more}


def _square_device(document: Document, online: bool, seen: float) -> dict[str, object]:
    is_wifi = document.network.type is NetworkType.WIFI
    components: list[dict[str, object]] = [
        {"type": "WIFI", "wifi_details": {"active": is_wifi, "signal_strength": {"value": 3}}},
        {"type": "ETHERNET", "ethernet_details": {"active": document.network.type is NetworkType.ETHERNET}},
        {"type": "PRINTER"},
    ]
    if document.battery is not None:
        power = "AVAILABLE_CHARGING" if document.battery.charging else "UNAVAILABLE"
        details = {"visible_percent": round(document.battery.percent), "external_power": power}
        components.append({"type": "BATTERY", "battery_details": details})
    return {
        "id": f"device:{document.terminal_id}",
        "attributes": {
            "type": "TERMINAL",
            "manufacturer": document.vendor,
            "model": document.model,
            "manufacturers_id": document.serial_number,
            "updated_at": rfc3339(seen),
            "version": document.firmware_version,
        },
        "components": components,
        "status": {"category": "AVAILABLE" if online else "OFFLINE"},
    }


def sumup(path: str, _query: Mapping[str, list[str]], fleet: Callable[[], Listing]) -> object | None:
    """Answer as "Readers" does: a list, and a status for each."""
    _, _, readers = path.partition("/readers")
    if not path.startswith("/v0.1/merchants/"):
        return None
    if not readers:
        items = [
            {
                "id": document.terminal_id,
                "name": f"Reader {document.terminal_id}",
                "status": "paired",
                "created_at": PAIRED_AT,
                "updated_at": PAIRED_AT,
                "device": {"identifier": document.serial_number, "model": document.model},
            }
            for document, _, _ in fleet()
        ]
        return {"items": items}
    wanted = readers.strip("/").removesuffix("/status")
    for document, online, seen in fleet():
        if document.terminal_id == wanted:
            return {"data": _sumup_status(document, online, seen)}
    return None


def _sumup_status(document: Document, online: bool, seen: float) -> dict[str, object]:
    networks = {NetworkType.WIFI: "Wi-Fi", NetworkType.CELLULAR: "lte", NetworkType.ETHERNET: "usb"}
    battery = {"battery_level": document.battery.percent} if document.battery is not None else {}
    return {
        "status": "ONLINE" if online else "OFFLINE",
        "state": "WAITING_FOR_CARD" if document.activity is Activity.BUSY else "IDLE",
        "connection_type": networks[document.network.type],
        "firmware_version": document.firmware_version,
        "last_activity": rfc3339(seen),
        **battery,
    }


def devices(path: str, query: Mapping[str, list[str]], fleet: Callable[[], Listing]) -> object | None:
    """Answer as the example of a gateway with its own JSON does; docs/sources.md maps it."""
    if path != "/devices":
        return None
    begin = int(query.get("cursor", ["0"])[0])
    page = fleet()[begin : begin + PAGE]
    words = {PrinterStatus.PAPER_OUT: "NO_PAPER", PrinterStatus.PAPER_LOW: "LOW", PrinterStatus.OK: "OK"}
    items = [
        {
            "deviceId": document.terminal_id,
            "serial": document.serial_number,
            "fw": document.firmware_version,
            "state": "CONNECTED" if online else "LOST",
            "lastSeen": int(seen * 1000),
            "power": {"level": document.battery.percent if document.battery is not None else None},
            "prn": words.get(document.printer.status, "ERROR"),
        }
        for document, online, seen in page
    ]
    return {"devices": items, "paging": {"next": str(begin + PAGE) if len(page) == PAGE else None}}


CLOUDS: Mapping[str, Callable[..., object | None]] = {
    "stripe": stripe,
    "square": square,
    "sumup": sumup,
    "json": devices,
}
"""Clouds that answer by path and query alone."""

ADYEN = "adyen"
PAXSTORE = "paxstore"
KINDS = (ADYEN, PAXSTORE, *CLOUDS)
"""The kinds of all clouds."""

IDS: Mapping[str, Callable[[str], str]] = {"adyen": adyen_id, "stripe": stripe_id}
"""What a cloud calls a terminal, where that is not the terminal's id."""

Cloud = Callable[[bytes, Callable[[], Listing]], bytes]
"""Returns the whole response to a request, which is written as `connection_of` its kind writes it."""


def open_cloud(kind: str, clock: Clock) -> Cloud:
    """Return a new cloud of one of KINDS."""
    if kind == ADYEN:
        return respond_as_adyen
    return PaxstoreCloud(clock=clock).respond if kind == PAXSTORE else partial(answer, kind)


def connection_of(kind: str) -> type[PollerConnection]:
    """Return what serves the connections to a cloud."""
    return PostedRequestConnection if kind == ADYEN else SignedRequestConnection


def answer(kind: str, request: bytes, fleet: Callable[[], Listing]) -> bytes:
    """Return the whole response of one of CLOUDS; it looks at no signature."""
    parts = urlsplit(request.partition(b"\n")[0].decode("ascii", "replace"))
    document = CLOUDS[kind](parts.path, parse_qs(parts.query), fleet)
    if document is None:
        return _NOT_FOUND
    body = json.encode(document)
    return _OK % (len(body), body)
