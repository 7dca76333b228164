"""Adyen: terminals through the cloud (Adyen Cloud Device API v1, Management API v3).

One request for each merchant tells who is connected. Adyen's inventory is read once an hour. Each connected
terminal is asked for a diagnosis (`adyen_diagnoses`). The id of a terminal is its POIID, such as
V400m-324770915: the model and the serial number.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yarl import URL

from monitor.adapters.nexo.sealing import Sealing
from monitor.adapters.sources.adyen_diagnoses import AdyenDiagnoses, Rhythm
from monitor.adapters.sources.adyen_inventory import AdyenInventory
from monitor.adapters.sources.json_client import JsonClient
from monitor.adapters.sources.nexo_diagnosis import NexoAnswer
from monitor.adapters.sources.reports import read_time, report_of, terminal_id_of, word
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, UNAUTHORIZED, RoundResult, TerminalReport
from monitor.ports.clock import Clock

BASE_PATH = "v1"

_REPORTED_AT_A_TIME = 100
_REGISTRATIONS = {
    "boarded": "registered",
    "deployed": "pending",
    "inventory": "unregistered",
    "reassignmentInProgress": "pending",
}

_Item = Mapping[str, Any]
_Deliver = Callable[[Sequence[TerminalReport]], None]


def adyen_headers(api_key: str) -> dict[str, str]:
    """Return what authorises every request."""
    return {"X-API-Key": api_key}


class AdyenTerminals:
    """A `TerminalSource`: the terminals of some merchants, and those that are assigned to no merchant."""

    def __init__(
        self,
        *,
        client: JsonClient,
        url: URL,
        management_url: URL,
        merchants: Sequence[str],
        rhythm: Rhythm,
        kept_s: float,
        clock: Clock,
        key: Sealing | None = None,
    ) -> None:
        self._base = url if url.path.strip("/") else url / BASE_PATH
        self._client = client
        self._merchants = merchants
        self._inventory = AdyenInventory(client=client, url=management_url, clock=clock)
        self._diagnoses = AdyenDiagnoses(
            client=client, base=self._base, rhythm=rhythm, kept_s=kept_s, clock=clock, key=key
        )
        self._clock = clock

    async def ask(self, deliver: _Deliver) -> RoundResult:
        """Ask who is connected, then for diagnoses; see `TerminalSource.ask`."""
        online: dict[str, str] = {}
        failed: dict[str, RoundResult] = {}
        for merchant in self._merchants:
            found = await self._connected_to(merchant)
            if not isinstance(found, RoundResult):
                online |= dict.fromkeys(found, merchant)
            elif found.result == Outcome.HTTP_STATUS and not found.pause_s:
                failed[merchant] = found
            else:
                return found
        if failed and len(failed) == len(self._merchants):
            return next(iter(failed.values()))
        stale = await self._inventory.refresh()
        if stale is not None and (stale.result == UNAUTHORIZED or not self._inventory.was_read):
            return stale._replace(detail=f"the inventory: {stale.detail}")
        listed = self._listed(online, failed)
        self._diagnoses.keep_only(online)
        seen_at = self._clock.now().wall

        def report(terminals: Sequence[str]) -> None:
            deliver(
                [self._report(name, listed[name], seen_at if name in online else None) for name in terminals]
            )

        names = list(listed)
        for first in range(0, len(names), _REPORTED_AT_A_TIME):
            report(names[first : first + _REPORTED_AT_A_TIME])
            await self._clock.sleep(0.0)
        result = await self._diagnoses.ask(online, report)
        if not result.is_good:
            return result
        details = [one.detail for one in failed.values()]
        details += [f"the inventory: {stale.detail}"] if stale is not None else []
        is_complete = not failed and self._inventory.is_whole
        details += [] if self._inventory.is_whole else ["the inventory holds fewer terminals than it counts"]
        detail = "; ".join(filter(None, (*details, result.detail)))
        return RoundResult(GOOD, detail, is_complete=is_complete, pause_s=result.pause_s)

    async def _connected_to(self, merchant: str) -> list[str] | RoundResult:
        """Return the POIIDs of a merchant's terminals that are connected, or how asking failed."""
        answer = await self._client.get(self._base / "merchants" / merchant / "connectedDevices")
        if isinstance(answer, RoundResult):
            return answer._replace(detail=f"merchant {merchant}: {answer.detail}")
        ids = answer.document.get("uniqueDeviceIds") if type(answer.document) is dict else None
        if type(ids) is not list:
            return RoundResult(Outcome.PROTOCOL, f"merchant {merchant}: its answer has no list of terminals")
        return [terminal for one in ids if (terminal := terminal_id_of(one)) is not None]

    def _listed(self, online: Mapping[str, str], failed: Mapping[str, RoundResult]) -> dict[str, _Item]:
        """Return what Adyen's inventory has of each terminal that posmon knows to be connected or not."""
        answered = set(self._merchants) - failed.keys()
        known = answered if failed else {*answered, None}
        items = self._inventory.items
        listed = {name: item for name, item in items.items() if _merchant_of(item) in known}
        return listed | {name: items.get(name, {}) for name in online}

    def _report(self, terminal: str, item: _Item, connected_at: float | None) -> TerminalReport:
        return report_of_terminal(terminal, item, self._diagnoses.of(terminal), connected_at)


def report_of_terminal(
    terminal: str, item: _Item, diagnosis: NexoAnswer, connected_at: float | None
) -> TerminalReport:
    """Return what Adyen's inventory and the diagnosis of a terminal say together.

    `connected_at` (unix seconds) is when Adyen said that the terminal is connected, None when it is not.
    Of a terminal that is not, its last activity is known, unless that was more than 14 days ago.
    """
    model, _, serial = terminal.rpartition("-")
    problems = list(diagnosis.problems)
    registration = word(_REGISTRATIONS, item.get("status"), "registration.status", problems)
    fields = {
        "serial_number": item.get("serialNumber", serial),
        "model": item.get("model", model or None),
        "registration": {"status": registration} if registration is not None else None,
        **{name: value for name, value in diagnosis.fields.items() if value is not None},
    }
    fields["firmware_version"] = item.get("firmwareVersion", fields.get("firmware_version"))
    is_online = connected_at is not None and not diagnosis.is_away
    last_activity = read_time(item.get("lastActivityAt"), "rfc3339")
    return report_of(
        terminal,
        fields,
        online=is_online,
        seen_at=connected_at if is_online else last_activity,
        problems=problems,
        site=item.get("storeId"),
    )


def _merchant_of(item: _Item) -> str | None:
    """Return the merchant that a terminal is assigned to, None for none; "" for what cannot be one."""
    merchant = item.get("merchantId")
    return merchant if merchant is None or type(merchant) is str else ""
