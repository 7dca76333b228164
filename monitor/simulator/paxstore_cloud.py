"""A PAXSTORE that is not there: it lists the simulated fleet to whoever signs.

It follows the interface's description (PAXSTORE Open API, version 10.2). It shares no code with posmon's
client.
"""

import hashlib
import hmac
from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from msgspec import json

from monitor.domain.heartbeat.reading import NetworkType, RegistrationStatus
from monitor.ports.clock import Clock
from monitor.simulator.document import Document
from monitor.simulator.listing import Listing

KEY = "SIMULATEDKEY"
SECRET = "SIMULATEDSECRET"  # noqa: S105 - nothing real opens with it
LIMIT = 3000
WINDOW_S = 600.0
MOST_FAILED = 20
LOCKED_S = 1800.0
LARGEST_PAGE = 100
LARGEST_SKEW_S = 900.0
"""The description names no bound for a request's time; it must be milliseconds, and not long ago."""

_LIST = "/p-market-api/v1/3rdsys/terminals"
_NETWORK = _LIST + "/network"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-RateLimit-Limit: {limit}\r\n"
    "X-RateLimit-Remaining: {remaining}\r\nX-RateLimit-Reset: {reset}\r\nContent-Length: {length}\r\n\r\n"
)
_TOKEN_INVALID, _KEY_INVALID, _PARAMETER_INVALID, _FAILED = 103, 104, 113, 129
_TOO_MANY, _NO_TERMINAL, _OTHER_TID = 429, 2028, 2039
_LONGEST_NUMBER = 16
_STATUSES = {
    RegistrationStatus.REGISTERED: "A",
    RegistrationStatus.PENDING: "P",
    RegistrationStatus.UNREGISTERED: "P",
    RegistrationStatus.SUSPENDED: "S",
}
_NETWORKS = {
    NetworkType.WIFI: "NETWORK_WIFI",
    NetworkType.CELLULAR: "NETWORK_4G",
    NetworkType.ETHERNET: "NETWORK_ETHERNET",
}


class PaxstoreCloud:
    """One marketplace with one key.

    `limit` calls are served in a window of ten minutes. After `MOST_FAILED` failures to authenticate within
    half an hour every call fails for half an hour. `calls` counts all requests.
    """

    def __init__(self, *, clock: Clock, key: str = KEY, secret: str = SECRET, limit: int = LIMIT) -> None:
        self.calls = 0
        self.limit = limit
        self._clock = clock
        self._key, self._secret = key, secret
        self._served = 0
        self._window_began_s = clock.monotonic()
        self._failed: deque[float] = deque()
        self._locked_until_s = float("-inf")

    def respond(self, request: bytes, fleet: Callable[[], Listing]) -> bytes:
        """Return the whole response to a request: its target, a line break, its signature."""
        self.calls += 1
        target, _, signature = request.decode("ascii", "replace").partition("\n")
        path, _, query = target.partition("?")
        if path not in {_LIST, _NETWORK}:
            return _NOT_FOUND
        refused = self._refusal(query, signature)
        if refused:
            return self._response({"businessCode": refused, "message": "Authentication failed"})
        if not self._serves():
            return self._response({"businessCode": _TOO_MANY, "message": "Too many request"})
        said = {name: values[0] for name, values in parse_qs(query).items()}
        answer = _list if path == _LIST else _network
        return self._response(answer(said, fleet()))

    def _refusal(self, query: str, signature: str) -> int:
        """Return the business code of a request that does not authenticate, 0 for one that does."""
        now_s = self._clock.monotonic()
        if now_s < self._locked_until_s:
            return _FAILED
        code = self._fault(query, signature)
        if code:
            self._failed.append(now_s)
            while self._failed[0] <= now_s - LOCKED_S:
                self._failed.popleft()
            if len(self._failed) >= MOST_FAILED:
                self._failed.clear()
                self._locked_until_s = now_s + LOCKED_S
        return code

    def _fault(self, query: str, signature: str) -> int:
        said = parse_qs(query)
        if said.get("sysKey") != [self._key]:
            return _KEY_INVALID
        made = hmac.new(self._secret.encode(), query.encode(), hashlib.sha256).hexdigest().upper()
        at_ms = _whole(said.get("timestamp", [""])[0])
        is_recent = abs(at_ms / 1000 - self._clock.now().wall) <= LARGEST_SKEW_S
        return 0 if is_recent and hmac.compare_digest(made, signature) else _TOKEN_INVALID

    def _serves(self) -> bool:
        """Count a call of the window, and tell whether it is within the limit."""
        if self._clock.monotonic() - self._window_began_s >= WINDOW_S:
            self._window_began_s, self._served = self._clock.monotonic(), 0
        self._served += 1
        return self._served <= self.limit

    def _response(self, document: Mapping[str, object]) -> bytes:
        body = json.encode(document)
        now = self._clock.now()
        reset_s = now.wall + self._window_began_s + WINDOW_S - now.monotonic
        head = _HEAD.format(
            limit=self.limit,
            remaining=max(0, self.limit - self._served),
            reset=int(reset_s * 1000),
            length=len(body),
        )
        return head.encode() + body


def _whole(written: str) -> int:
    """Return a whole number from 0 on, -1 for what is none."""
    return int(written) if written.isdecimal() and len(written) <= _LONGEST_NUMBER else -1


def _list(said: Mapping[str, str], fleet: Listing) -> dict[str, object]:
    page, limit = _whole(said.get("pageNo", "1")), _whole(said.get("limit", "10"))
    if page < 1 or not 1 <= limit <= LARGEST_PAGE:
        return {"businessCode": _PARAMETER_INVALID, "message": "Request parameter is missing or invalid"}
    begin, end = (page - 1) * limit, page * limit
    with_firmware = said.get("includeInstalledFirmware") == "true"
    return {
        "businessCode": 0,
        "pageNo": page,
        "limit": limit,
        "totalCount": len(fleet),
        "hasNext": end < len(fleet),
        "dataset": [_terminal(document, seen, with_firmware) for document, _, seen in fleet[begin:end]],
    }


def _terminal(document: Document, seen: float, with_firmware: bool) -> dict[str, object]:
    firmware = {"firmwareName": document.firmware_version, "installTime": None}
    return {
        "id": int(document.terminal_id),
        "name": f"Terminal {document.terminal_id}",
        "tid": document.terminal_id,
        "serialNo": document.serial_number,
        "status": _STATUSES[document.registration.status],
        "merchantName": document.merchant_id,
        "modelName": document.model,
        "lastAccessTime": int(seen * 1000),
        **({"installedFirmware": firmware} if with_firmware else {}),
    }


def _network(said: Mapping[str, str], fleet: Listing) -> dict[str, object]:
    serial, tid = said.get("serialNo"), said.get("tid")
    if not serial and not tid:
        return {"businessCode": _PARAMETER_INVALID, "message": "Request parameter is missing or invalid"}
    for document, online, _ in fleet:
        if serial and document.serial_number != serial:
            continue
        if tid and document.terminal_id != tid:
            if serial:
                return {"businessCode": _OTHER_TID, "message": "Tid mismatch with serialNo"}
            continue
        return {"businessCode": 0, "data": _monitored(document, online)}
    return {"businessCode": _NO_TERMINAL, "message": "Terminal not found"}


def _monitored(document: Document, online: bool) -> dict[str, object]:
    return {
        "id": int(document.terminal_id),
        "tid": document.terminal_id,
        "serialNo": document.serial_number,
        "status": _STATUSES[document.registration.status],
        "battery": document.battery.percent if document.battery is not None else None,
        "onlineStatus": 2 if online else 1,
        "network": _NETWORKS[document.network.type],
    }
