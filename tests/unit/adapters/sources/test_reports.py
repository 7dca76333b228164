"""What bad values in a service's JSON cost: their own field, in every kind of source."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from monitor.adapters.sources import adyen, adyen_inventory, sumup
from monitor.adapters.sources.json_client import JsonAnswer
from monitor.adapters.sources.json_mapping import Expression, JsonMapping, Mapped
from monitor.adapters.sources.nexo_diagnosis import diagnosis_of
from monitor.adapters.sources.paxstore import report_of_terminal
from monitor.adapters.sources.reports import read_time, word
from monitor.adapters.sources.square import report_of_device
from monitor.adapters.sources.stripe import report_of_reader
from monitor.domain.sources.report import TerminalReport

HUGE = 10**400
HOSTILE: tuple[object, ...] = (
    None, True, -1, 1.5, HUGE, -HUGE, 1e308, float("inf"), "", "x" * 100_000, "\x00\ud800",
    [], [[]], {}, {"a": []}, [HUGE],
)  # fmt: skip
MAPPING = JsonMapping(
    id=Expression("id"),
    online=Mapped(expression=Expression("state"), words={"CONNECTED": "online", "LOST": "offline"}),
    seen_at=Mapped(expression=Expression("seen"), time_format="epoch_ms"),
    fields={
        "battery.percent": Mapped(expression=Expression("ceil(level)")),
        "battery.charging": Mapped(expression=Expression("sum(amps) > `0`")),
        "printer.status": Mapped(expression=Expression("paper"), words={"NONE": "paper_out"}),
        "model": Mapped(expression=Expression("type")),
    },
)
STATUS_OF_READER = {
    "status": "ONLINE",
    "state": "IDLE",
    "battery_level": 80,
    "connection_type": "lte",
    "firmware_version": "3.3",
    "last_activity": "2026-11-30T16:00:00Z",
}


def report_of_sumup(item: dict[str, Any]) -> TerminalReport | None:
    """Return what SumUp's list and status of one reader make; `status` holds the latter."""
    reader = {**item["reader"], "id": "rdr_1"} if type(item["reader"]) is dict else {"id": "rdr_1"}
    return sumup._joined(reader, JsonAnswer(item["status"], {}))


def report_of_paxstore(item: dict[str, Any]) -> TerminalReport | None:
    """Return what PAXSTORE's list and details of one terminal make; both are objects by then."""
    return report_of_terminal("1", item, item)


def report_of_adyen(item: dict[str, Any]) -> TerminalReport | None:
    """Return what a row of Adyen's inventory and a diagnosis make."""
    found = adyen_inventory._items_of([item["row"]]).get("M400-1", {})
    return adyen.report_of_terminal("M400-1", found, diagnosis_of(item["sync"], "M400-1"), 1.0)


KINDS: dict[str, tuple[Callable[[Any], TerminalReport | None], dict[str, Any]]] = {
    "adyen": (
        report_of_adyen,
        {
            "row": {
                "id": "M400-1",
                "model": "M400",
                "serialNumber": "1",
                "firmwareVersion": "F1",
                "assignment": {"status": "boarded", "merchantId": "Cafe"},
                "lastActivityAt": "2026-11-30T16:00:00Z",
            },
            "sync": {
                "SaleToPOIResponse": {
                    "MessageHeader": {"POIID": "M400-1"},
                    "DiagnosisResponse": {
                        "Response": {
                            "Result": "Success",
                            "AdditionalResponse": "batteryLevel=83%25&unconfirmedBatchCount=3",
                        },
                        "POIStatus": {
                            "GlobalStatus": "OK",
                            "PrinterStatus": "OK",
                            "PEDOKFlag": True,
                            "CardReaderOKFlag": True,
                            "SecurityOKFlag": True,
                            "FraudPreventionFlag": False,
                        },
                        "HostStatus": [{"AcquirerID": 0, "IsReachableFlag": True}],
                    },
                }
            },
        },
    ),
    "json": (
        MAPPING.report,
        {"id": "A", "state": "LOST", "seen": 1, "level": 80.5, "amps": [1, 2], "paper": "NONE", "type": "T"},
    ),
    "paxstore": (
        report_of_paxstore,
        {
            "serialNo": "S1",
            "status": "A",
            "modelName": "A920",
            "installedFirmware": {"firmwareName": "F1"},
            "lastAccessTime": 1_796_054_400_000,
            "battery": 38.5,
            "onlineStatus": 1,
            "network": "NETWORK_4G",
        },
    ),
    "stripe": (
        report_of_reader,
        {
            "id": "tmr_1",
            "status": "online",
            "serial_number": "S1",
            "device_type": "bbpos_wisepos_e",
            "device_sw_version": "1",
            "last_seen_at": 1_796_054_400_000,
            "action": {"status": "in_progress"},
        },
    ),
    "square": (
        report_of_device,
        {
            "id": "device:1",
            "attributes": {"manufacturers_id": "S1", "model": "T", "updated_at": "2026-11-30T16:00:00Z"},
            "status": {"category": "OFFLINE"},
            "components": [
                {"battery_details": {"visible_percent": 5, "external_power": "UNAVAILABLE"}},
                {"wifi_details": {"active": True}},
            ],
        },
    ),
    "sumup": (
        report_of_sumup,
        {
            "reader": {"status": "paired", "device": {"identifier": "S1", "model": "solo"}},
            "status": {"data": STATUS_OF_READER},
        },
    ),
}


def places(item: Any, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of every value of an item, at any depth."""
    inner = item.items() if type(item) is dict else enumerate(item) if type(item) is list else ()
    for key, value in inner:
        yield (*here, key)
        yield from places(value, (*here, key))


def with_value(item: Any, place: tuple[str | int, ...], value: object) -> Any:
    """Return a copy of an item with another value at one place."""
    changed = deepcopy(item)
    part = changed
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return changed


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_value_costs_only_itself(kind: str) -> None:
    """No value at any place of an item raises; a time is finite; the report of a good item says something."""
    report_of, good = KINDS[kind]
    whole = report_of(good)
    assert whole is not None
    assert whole.online is not None
    assert whole.seen_at is not None
    for place in places(good):
        for value in HOSTILE:
            report = report_of(with_value(good, place, value))
            if report is None:
                assert place == ("id",)
            elif report.seen_at is not None:
                assert abs(report.seen_at) < float("inf")


@pytest.mark.parametrize("value", [HUGE, -HUGE, float("inf"), float("nan")])
@pytest.mark.parametrize("time_format", ["epoch", "epoch_ms"])
def test_a_number_beyond_all_times_is_none(value: float, time_format: str) -> None:
    """JSON has integers of any length."""
    assert read_time(value, time_format) is None


@pytest.mark.parametrize("said", ["LOST", [], {}, 1, True])
def test_a_word_not_listed_is_noted(said: object) -> None:
    """That includes what is no word at all."""
    problems: list[str] = []
    assert word({"OK": True}, said, "status", problems) is None
    assert problems == ["status: a word that this kind does not list"]
