"""Square: devices signed in to the Terminal API (Square API, "List devices", beta).

What Square has of a device is periodic: `updated_at` says from when. Its printer component has no state, and
its signal strength has no unit.
"""

from collections.abc import Callable, Sequence
from typing import Any

from yarl import URL

from monitor.adapters.sources.json_client import JsonClient
from monitor.adapters.sources.paging import Pages, by_token
from monitor.adapters.sources.reports import read_time, report_of, terminal_id_of, word
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport

API_VERSION = "2026-10-15"
PAGE = 100
_ONLINE = {"AVAILABLE": True, "NEEDS_ATTENTION": True, "OFFLINE": False}
_CHARGING = {
    "AVAILABLE_CHARGING": True,
    "AVAILABLE_NOT_IN_USE": True,
    "AVAILABLE_INSUFFICIENT": False,
    "UNAVAILABLE": False,
}


def square_headers(access_token: str) -> dict[str, str]:
    """Return what authorises every request."""
    return {"Authorization": f"Bearer {access_token}", "Square-Version": API_VERSION}


class SquareDevices:
    """A `TerminalSource`: all devices of one seller."""

    def __init__(self, *, client: JsonClient, url: URL) -> None:
        self._client = client
        self._first = (url / "v2/devices").with_query(limit=PAGE)

    async def ask(self, deliver: Callable[[Sequence[TerminalReport]], None]) -> RoundResult:
        """Ask for all pages; see `TerminalSource.ask`."""
        pages = Pages(
            client=self._client,
            first=self._first,
            following=by_token(lambda document: document.get("cursor"), "cursor"),
        )
        async for page in pages:
            if type(page.document) is not dict:
                return RoundResult(Outcome.PROTOCOL, "its answer is no object")
            devices = page.document.get("devices", [])
            if type(devices) is not list:
                return RoundResult(Outcome.PROTOCOL, "its answer has no list of devices")
            deliver([report for device in devices if (report := report_of_device(device)) is not None])
        return pages.end if not pages.end.is_good else RoundResult(GOOD)


def report_of_device(device: Any) -> TerminalReport | None:  # noqa: ANN401 - JSON is anything
    """Return what a device's object says, None when it has no id. The id is without its prefix `device:`."""
    terminal = terminal_id_of(device.get("id")) if type(device) is dict else None
    if terminal is None:
        return None
    attributes = _object(device.get("attributes"))
    details = _details_of(device)
    category = _object(device.get("status")).get("category")
    problems: list[str] = []
    return report_of(
        terminal.removeprefix("device:"),
        {
            "serial_number": attributes.get("manufacturers_id"),
            "vendor": attributes.get("manufacturer"),
            "model": attributes.get("model"),
            "firmware_version": attributes.get("version"),
            "battery": _battery(_object(details.get("battery_details")), problems),
            "network": _network(details),
        },
        online=word(_ONLINE, category, "status.category", problems),
        seen_at=read_time(attributes.get("updated_at"), "rfc3339"),
        problems=problems,
        site=_object(details.get("application_details")).get("session_location"),
    )


def _details_of(device: dict[str, Any]) -> dict[str, Any]:
    """Return the details of the components by their key, such as `battery_details`."""
    components = device.get("components")
    found: dict[str, Any] = {}
    for component in components if type(components) is list else ():
        if type(component) is dict:
            found |= {key: value for key, value in component.items() if key.endswith("_details")}
    return found


def _battery(details: dict[str, Any], problems: list[str]) -> dict[str, Any] | None:
    if not details:
        return None
    charging = word(_CHARGING, details.get("external_power"), "battery.charging", problems)
    return {"percent": details.get("visible_percent"), "charging": charging}


def _network(details: dict[str, Any]) -> dict[str, Any] | None:
    if _object(details.get("ethernet_details")).get("active"):
        return {"type": "ethernet"}
    return {"type": "wifi"} if _object(details.get("wifi_details")).get("active") else None


def _object(value: object) -> dict[str, Any]:
    return value if type(value) is dict else {}
