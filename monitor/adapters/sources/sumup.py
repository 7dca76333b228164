"""SumUp: card readers (SumUp API, "Readers").

A list for each merchant, and a status for each reader. After going offline the last known values stay, so
`last_activity` decides their age.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from yarl import URL

from monitor.adapters.sources.json_client import JsonAnswer, JsonClient
from monitor.adapters.sources.reports import read_time, report_of, terminal_id_of, word
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport

AT_A_TIME = 4
"""SumUp publishes no limit: so many status requests are under way at once."""

_ACTIVITIES = {
    "IDLE": "idle",
    "SELECTING_TIP": "busy",
    "WAITING_FOR_CARD": "busy",
    "WAITING_FOR_PIN": "busy",
    "WAITING_FOR_SIGNATURE": "busy",
    "UPDATING_FIRMWARE": "maintenance",
}
_ONLINE = {"ONLINE": True, "OFFLINE": False}
_NETWORKS = {
    "Wi-Fi": "wifi",
    "edge": "cellular",
    "gprs": "cellular",
    "umts": "cellular",
    "lte": "cellular",
    "btle": "",
    "usb": "",
}
"""An empty word: a link that posmon has no word for."""

_REGISTRATIONS = {"paired": "registered", "processing": "pending", "expired": "unregistered"}


def sumup_headers(api_key: str) -> dict[str, str]:
    """Return what authorises every request."""
    return {"Authorization": f"Bearer {api_key}"}


class SumUpReaders:
    """A `TerminalSource`: the readers of some merchants."""

    def __init__(self, *, client: JsonClient, url: URL, merchants: Sequence[str]) -> None:
        self._client = client
        self._lists = [url / "v0.1/merchants" / merchant / "readers" for merchant in merchants]

    async def ask(self, deliver: Callable[[Sequence[TerminalReport]], None]) -> RoundResult:
        """Ask for the lists, then for each reader's status; see `TerminalSource.ask`."""
        for url in self._lists:
            answer = await self._client.get(url)
            if isinstance(answer, RoundResult):
                return answer
            readers = _readers_of(answer)
            if readers is None:
                return RoundResult(Outcome.PROTOCOL, "its answer has no list of readers")
            for first in range(0, len(readers), AT_A_TIME):
                portion = readers[first : first + AT_A_TIME]
                asked = [self._client.get(url / str(reader["id"]) / "status") for reader in portion]
                answers = await asyncio.gather(*asked)
                failed = next((one for one in answers if _stops(one)), None)
                deliver([_joined(*pair) for pair in zip(portion, answers, strict=True)])
                if isinstance(failed, RoundResult):
                    return failed
        return RoundResult(GOOD)


def _readers_of(answer: JsonAnswer) -> list[dict[str, Any]] | None:
    items = answer.document.get("items") if type(answer.document) is dict else None
    if type(items) is not list:
        return None
    return [item for item in items if type(item) is dict and terminal_id_of(item.get("id"))]


def _stops(answer: JsonAnswer | RoundResult) -> bool:
    """Tell whether a failure is about the account, and not about the one reader."""
    return isinstance(answer, RoundResult) and answer.result != Outcome.HTTP_STATUS


def _joined(reader: dict[str, Any], answer: JsonAnswer | RoundResult) -> TerminalReport:
    document = answer.document if isinstance(answer, JsonAnswer) else None
    data = document.get("data") if type(document) is dict else None
    return report_of_reader(reader, data if type(data) is dict else {})


def report_of_reader(reader: dict[str, Any], status: dict[str, Any]) -> TerminalReport:
    """Return what a reader in the list and its status say together."""
    device = reader.get("device")
    device = device if type(device) is dict else {}
    problems: list[str] = []
    online = word(_ONLINE, status.get("status"), "status", problems)
    network = word(_NETWORKS, status.get("connection_type"), "network.type", problems)
    return report_of(
        str(reader["id"]),
        {
            "serial_number": device.get("identifier"),
            "model": device.get("model"),
            "firmware_version": status.get("firmware_version"),
            "battery": {"percent": status["battery_level"]} if "battery_level" in status else None,
            "network": {"type": network} if network else None,
            "activity": word(_ACTIVITIES, status.get("state"), "activity", problems),
            "registration": {"status": _REGISTRATIONS.get(str(reader.get("status")))},
        },
        online=online,
        seen_at=read_time(status.get("last_activity"), "rfc3339"),
        problems=problems,
    )
