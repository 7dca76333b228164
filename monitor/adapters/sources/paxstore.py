"""PAXSTORE: terminals of a marketplace (PAXSTORE Open API, version 10.2, "Terminal APIs").

A list for all terminals, and a call for the details of each: battery, link, and whether it is online. The
values are those of the terminal's last upload, so `lastAccessTime` decides their age.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from math import ceil, inf
from typing import Any, NamedTuple

from yarl import URL

from monitor.adapters.sources.json_client import JsonAnswer
from monitor.adapters.sources.paging import Pages
from monitor.adapters.sources.paxstore_client import PaxstoreClient
from monitor.adapters.sources.reports import read_time, report_of, terminal_id_of, word
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RATE_LIMITED, UNAUTHORIZED, RoundResult, TerminalReport
from monitor.ports.clock import Clock

BASE_PATH = "p-market-api"
PAGE = 100
AT_A_TIME = 4
"""So many details are asked for at once; so many failures in a row end a round."""

_LONGEST_SERIAL = 64
_REGISTRATIONS = {"A": "registered", "P": "pending", "S": "suspended"}
_ONLINE: Mapping[str, bool | None] = {"2": True, "1": False, "0": None}
_NETWORKS = {
    "NETWORK_WIFI": "wifi",
    "NETWORK_ETHERNET": "ethernet",
    "NETWORK_5G": "cellular",
    "NETWORK_4G": "cellular",
    "NETWORK_3G": "cellular",
    "NETWORK_2G": "cellular",
    "NETWORK_UNKNOWN": "",
    "UNKNOWN": "",
}
"""An empty word: PAXSTORE does not know the link."""

_LISTED = ("id", "serialNo", "status", "merchantName", "modelName", "installedFirmware", "lastAccessTime")
_DETAILED = ("battery", "onlineStatus", "network")

Item = Mapping[str, Any]
Deliver = Callable[[Sequence[TerminalReport]], None]


class _Details(NamedTuple):
    """What a terminal's own call said; `asked_at` is monotonic, `seen_at` what the list said by then."""

    asked_at: float
    seen_at: float | None
    found: Item


class PaxstoreTerminals:
    """A `TerminalSource`: the terminals that one key may see.

    Every round asks for the whole list, then for details, those that are oldest first, as far as the budget
    of calls goes. The other terminals keep the details of an earlier round.
    """

    def __init__(self, *, client: PaxstoreClient, url: URL, interval_s: float, clock: Clock) -> None:
        base = url if url.path.strip("/") else url / BASE_PATH
        terminals = base / "v1/3rdsys/terminals"
        self._client = client
        self._first = terminals.with_query(limit=PAGE, pageNo=1, includeInstalledFirmware="true")
        self._network = terminals / "network"
        self._interval_s = interval_s
        self._clock = clock
        self._details: dict[str, _Details] = {}

    async def ask(self, deliver: Deliver) -> RoundResult:
        """Ask for all pages, then for details; see `TerminalSource.ask`."""
        listed: dict[str, Item] = {}
        pages, count = Pages(client=self._client, first=self._first, following=_next_page), 0
        async for page in pages:
            found = _terminals_of(page)
            if found is None:
                return RoundResult(Outcome.PROTOCOL, "its answer has no list of terminals")
            listed |= found
            count += 1
            deliver([self._report(terminal, item) for terminal, item in found.items()])
        if not pages.end.is_good:
            return pages.end
        self._details = {name: kept for name, kept in self._details.items() if name in listed}
        return await self._ask_for_details(listed, count, deliver)

    async def _ask_for_details(self, listed: Mapping[str, Item], pages: int, deliver: Deliver) -> RoundResult:
        rest_s = self._rest_s(pages)
        kept = self._kept_for_lists(pages, rest_s)
        waiting = sorted((name for name in listed if _serial_of(listed[name])), key=self._asked_at)
        missed, in_a_row = 0, 0
        while waiting and (free := min(AT_A_TIME, self._client.budget.left_to_spare(kept))):
            portion, waiting = waiting[:free], waiting[free:]
            answers = await asyncio.gather(*(self._ask_for_one(name, listed[name]) for name in portion))
            deliver([self._report(name, listed[name]) for name in portion])
            for failure in answers:
                missed += failure is not None
                in_a_row = in_a_row + 1 if _is_of_the_service(failure) else 0
                if failure is not None and failure.result == UNAUTHORIZED:
                    return failure
                if failure is not None and in_a_row >= AT_A_TIME:
                    return failure
            limits = [one.pause_s for one in answers if one is not None and one.result == RATE_LIMITED]
            if limits:
                rest_s = max(rest_s, *limits)
                break
        left = len(waiting) + missed
        return RoundResult(GOOD, f"details left for a later round: {left}" if left else "", pause_s=rest_s)

    async def _ask_for_one(self, terminal: str, item: Item) -> RoundResult | None:
        """Ask for a terminal's details and keep them; return how that failed, None when it did not."""
        answer = await self._client.get(self._network.with_query(serialNo=_serial_of(item)))
        asked_at = self._clock.monotonic()
        if isinstance(answer, JsonAnswer):
            found = _part(_data_of(answer), _DETAILED)
            self._details[terminal] = _Details(asked_at, _seen_at(item), found)
            return None
        if answer.result != RATE_LIMITED:
            # It has had its turn: a terminal that always fails must not keep the others from theirs.
            before = self._details.get(terminal, _Details(asked_at, _seen_at(item), {}))
            self._details[terminal] = before._replace(asked_at=asked_at)
        return answer

    def _report(self, terminal: str, item: Item) -> TerminalReport:
        details = self._details.get(terminal)
        if details is None:
            return report_of_terminal(terminal, item, {})
        was_seen_since = _seen_at(item) != details.seen_at
        return report_of_terminal(terminal, item, details.found, was_seen_since=was_seen_since)

    def _asked_at(self, terminal: str) -> float:
        details = self._details.get(terminal)
        return details.asked_at if details is not None else -inf

    def _rest_s(self, pages: int) -> float:
        """Return the pause after which the lists alone take half of the budget at most, 0 for none."""
        budget = self._client.budget
        rest_s = pages * budget.window_s / (budget.calls / 2)
        return rest_s if rest_s > self._interval_s else 0.0

    def _kept_for_lists(self, pages: int, rest_s: float) -> int:
        """Return how many calls the lists of the coming window take."""
        return pages * ceil(self._client.budget.window_s / max(self._interval_s, rest_s))


def report_of_terminal(
    terminal: str, item: Item, details: Item, *, was_seen_since: bool = False
) -> TerminalReport:
    """Return what a terminal in the list and its details say together.

    `was_seen_since`: PAXSTORE has heard of the terminal after the details were asked for, so that they say no
    more that it is offline.
    """
    firmware = item.get("installedFirmware")
    problems: list[str] = []
    online = word(_ONLINE, _digit(details.get("onlineStatus")), "onlineStatus", problems)
    network = word(_NETWORKS, details.get("network"), "network.type", problems)
    registration = word(_REGISTRATIONS, item.get("status"), "registration.status", problems)
    return report_of(
        terminal,
        {
            "serial_number": item.get("serialNo"),
            "model": item.get("modelName"),
            "firmware_version": firmware.get("firmwareName") if type(firmware) is dict else None,
            "registration": {"status": registration},
            "battery": {"percent": details["battery"]} if details.get("battery") is not None else None,
            "network": {"type": network} if network else None,
        },
        online=None if was_seen_since and online is False else online,
        seen_at=_seen_at(item),
        problems=problems,
        site=item.get("merchantName"),
    )


def _next_page(url: URL, document: Any) -> URL | RoundResult | None:  # noqa: ANN401 - JSON is anything
    """Count up the page as long as the document says that another follows.

    A full page that does not say so ends the list as broken: terminals beyond it must not be taken for gone.
    """
    more, items = document.get("hasNext"), document.get("dataset")
    if type(more) is not bool and type(items) is list and len(items) >= PAGE:
        return RoundResult(Outcome.PROTOCOL, "it does not say whether a page follows")
    if more is not True:
        return None
    if not items:
        return RoundResult(Outcome.PROTOCOL, "its pages go on without a terminal")
    return url.update_query(pageNo=int(url.query["pageNo"]) + 1)


def _terminals_of(page: JsonAnswer) -> dict[str, Item] | None:
    """Return what of each terminal in a page is kept, by its id; None when there is no list."""
    items = page.document.get("dataset")
    if type(items) is not list:
        return None
    rows = (item for item in items if type(item) is dict)
    return {name: _part(row, _LISTED) for row in rows if (name := terminal_id_of(row.get("id")))}


def _data_of(answer: JsonAnswer) -> Item:
    data = answer.document.get("data")
    return data if type(data) is dict else {}


def _part(whole: Item, names: Sequence[str]) -> Item:
    return {name: whole[name] for name in names if name in whole}


def _seen_at(item: Item) -> float | None:
    return read_time(item.get("lastAccessTime"), "epoch_ms")


def _serial_of(item: Item) -> str:
    """Return the serial number to ask for details with, empty for what cannot be one."""
    serial = item.get("serialNo")
    return serial if type(serial) is str and len(serial) <= _LONGEST_SERIAL and serial.isprintable() else ""


def _digit(value: object) -> object:
    """Return a single digit as text, anything else as it is."""
    return str(value) if type(value) is int and 0 <= value <= 9 else value  # noqa: PLR2004 - a digit


def _is_of_the_service(failure: RoundResult | None) -> bool:
    """Tell whether a failure says that the service is not well, and nothing of the one terminal."""
    return failure is not None and failure.result not in (Outcome.HTTP_STATUS, RATE_LIMITED)
