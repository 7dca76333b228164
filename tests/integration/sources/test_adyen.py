"""Adyen over HTTP: who is connected, the inventory, diagnoses, and what a refusal costs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from monitor.adapters.nexo.sealed_message import NexoKey
from monitor.adapters.sources.adyen import AdyenTerminals, adyen_headers
from monitor.adapters.sources.adyen_diagnoses import EVERY_S, FIRST, Rhythm
from monitor.adapters.sources.json_client import RATE_LIMITED_PAUSE_S, UNAUTHORIZED_PAUSE_S, JsonClient
from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat.reading import Activity, PinPadStatus, PrinterStatus
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RATE_LIMITED, UNAUTHORIZED, RoundResult, TerminalReport
from monitor.simulator.adyen_cloud import adyen_id
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.fakes import FakeClock
from tests.integration.sources.service import ask, json_client, service

KEY = "k3y-0815"
AT_ONCE = Rhythm(60.0, every_s=0.0)
SHARED = NexoKey(identifier="k", version=1, passphrase=KEY[::-1])
ONE, OTHER = "M400-100200300", "M400-100200301"

Round = tuple[RoundResult, list[TerminalReport]]
Answer = Callable[[web.Request], web.Response]


def source_at(
    url: URL,
    client: JsonClient,
    clock: FakeClock | None = None,
    *,
    merchants: tuple[str, ...] = ("Cafe",),
    rhythm: Rhythm = AT_ONCE,
    key: NexoKey | None = None,
) -> AdyenTerminals:
    """Return the source at `url`, which asks for all diagnoses at once."""
    return AdyenTerminals(
        client=client,
        url=url,
        management_url=url,
        merchants=merchants,
        rhythm=rhythm,
        kept_s=180.0,
        clock=clock or SystemClock(),
        key=key,
    )


def says(document: object, status: int = 200, **headers: str) -> Answer:
    """Return what answers with a document; in names of header fields _ stands for -."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: web.json_response(document, status=status, headers=fields)


def connected(*terminals: object) -> Answer:
    """Return what says who is connected."""
    return says({"uniqueDeviceIds": terminals})


def row(terminal: str, **assignment: str) -> dict[str, object]:
    """Return what the inventory has of a terminal."""
    return {"id": terminal, "model": "M400", "serialNumber": "1", "assignment": assignment}


def page(*rows: object, **more: object) -> Answer:
    """Return what answers with the only page of the inventory."""
    return says({"itemsTotal": len(rows), "pagesTotal": 1, "data": rows} | more)


def diagnosed(status: str = "OK", **more: object) -> Answer:
    """Return what answers a diagnosis that has found the terminal in that state."""
    diagnosis = {"Response": {"Result": "Success"}, "POIStatus": {"GlobalStatus": status, **more}}
    return says({"SaleToPOIResponse": {"DiagnosisResponse": diagnosis}})


class Adyen:
    """An Adyen with two connected terminals of one merchant. Its three answers may be replaced.

    `asked` has the path of every request, `messages` the body of every one that was posted.
    """

    def __init__(self) -> None:
        self.connected = connected(ONE, OTHER)
        self.inventory = page(row(ONE, merchantId="Cafe"), row(OTHER, merchantId="Cafe"))
        self.sync = diagnosed()
        self.asked: list[str] = []
        self.messages: list[dict[str, Any]] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request."""
        self.asked.append(request.path)
        if request.method == "POST":
            self.messages.append(await request.json())
            return self.sync(request)
        return (self.connected if request.path.endswith("/connectedDevices") else self.inventory)(request)

    def count(self, ending: str) -> int:
        """Return how many requests had a path with that ending."""
        return sum(path.endswith(ending) for path in self.asked)


async def asked(adyen: Adyen) -> RoundResult:
    """Return how a round ends."""
    async with service(adyen.handle) as url, json_client() as client:
        result, _ = await ask(source_at(url, client))
    return result


def latest(reports: list[TerminalReport]) -> dict[str, TerminalReport]:
    """Return the last report of each terminal."""
    return {report.terminal: report for report in reports}


async def until_done(clock: FakeClock, round_: Awaitable[Round]) -> Round:
    """Let time pass in small steps until a round has ended."""
    asking = asyncio.ensure_future(round_)
    while not asking.done():
        await asyncio.wait([asking], timeout=0.02)
        clock.turn(0.5)
    return await asking


async def test_faults_of_a_terminal_come_through_the_cloud() -> None:
    """Paper, PIN pad and card reader are those of the diagnosis; only what is asked for has the key."""
    fleet = SimulatedFleet(clock=SystemClock(), terminals=4, kind="adyen")
    async with fleet, json_client(fields=adyen_headers("any")) as client, json_client() as stranger:
        empty, broken, gone, _ = (terminal.terminal_id for terminal in fleet.inventory)
        fleet.set_fault(empty, "paper_out")
        fleet.set_fault(broken, "tampered")
        fleet.set_fault(gone, "hang")
        result, reports = await ask(source_at(URL(fleet.url), client))
        refused, _ = await ask(source_at(URL(fleet.url), stranger))
    found = latest(reports)
    assert result == RoundResult(GOOD)
    assert found[adyen_id(empty)].reading.printer_status is PrinterStatus.PAPER_OUT
    assert found[adyen_id(broken)].reading.pin_pad_status is PinPadStatus.FAULT
    assert found[adyen_id(gone)].online is False
    assert (refused.result, refused.pause_s) == (UNAUTHORIZED, UNAUTHORIZED_PAUSE_S)


async def test_only_diagnoses_and_reads_are_sent() -> None:
    """The message is the one that Adyen describes; its device is the one of the path, its number its own."""
    adyen = Adyen()
    assert await asked(adyen) == RoundResult(GOOD)
    for message in adyen.messages:
        request = message["SaleToPOIRequest"]
        header = request.pop("MessageHeader")
        assert request == {"DiagnosisRequest": {"HostDiagnosisFlag": False}}
        assert header.pop("ServiceID").isalnum()
        assert f"/v1/merchants/Cafe/devices/{header.pop('POIID')}/sync" in adyen.asked
        assert header == {
            "ProtocolVersion": "3.0",
            "MessageClass": "Service",
            "MessageCategory": "Diagnosis",
            "MessageType": "Request",
            "SaleID": "posmon",
        }
    assert len(adyen.messages) == 2


async def test_an_id_that_is_no_poiid_becomes_no_path() -> None:
    """It is listed as connected, and nobody asks for its diagnosis."""
    adyen = Adyen()
    adyen.connected = connected("../../payments", "M400-1/../../x", "", None, 7, [], {}, "x" * 200)
    adyen.inventory = page()
    async with service(adyen.handle) as url, json_client() as client:
        result, reports = await ask(source_at(url, client))
    assert result == RoundResult(GOOD)
    assert {report.terminal for report in reports} == {"../../payments", "M400-1/../../x", "7"}
    assert adyen.messages == []


async def test_the_inventory_is_read_once_an_hour() -> None:
    """In between what it said stays, also when it cannot be read again."""
    adyen, clock = Adyen(), FakeClock()
    async with service(adyen.handle) as url, json_client() as client:
        source = source_at(url, client, clock)
        await ask(source)
        clock.turn(3500)
        await ask(source)
        assert adyen.count("/v3/terminals") == 1
        clock.turn(200)
        adyen.inventory = says({}, 503, Retry_After="600")
        result, reports = await ask(source)
        assert result == RoundResult(GOOD, "the inventory: status 503")
        assert latest(reports)[ONE].reading.serial_number == "1"
        clock.turn(60)
        await ask(source)
        assert adyen.count("/v3/terminals") == 2
        clock.turn(600)
        adyen.inventory = page()
        result, reports = await ask(source)
    assert adyen.count("/v3/terminals") == 3
    assert latest(reports)[ONE].reading.serial_number == "100200300"


async def test_terminals_of_others_are_left_out() -> None:
    """One that is assigned to no merchant is listed, and not connected."""
    adyen = Adyen()
    adyen.connected = connected()
    spare = row("M400-3", status="inventory") | {"lastActivityAt": "2026-11-29T10:00:00+01:00"}
    adyen.inventory = page(row("M400-1", merchantId="Cafe"), row("M400-2", merchantId="Bar"), spare, 7, {})
    async with service(adyen.handle) as url, json_client() as client:
        result, reports = await ask(source_at(url, client))
    assert result == RoundResult(GOOD)
    assert {name: (one.online, one.seen_at) for name, one in latest(reports).items()} == {
        "M400-1": (False, None),
        "M400-3": (False, 1_795_942_800.0),
    }


async def test_a_merchant_that_is_refused_leaves_the_others() -> None:
    """The round is not complete; of the refused merchant's terminals nothing is said."""
    adyen = Adyen()
    there, away = connected(ONE), says({}, 422)
    adyen.connected = lambda request: (there if "/Cafe/" in request.path else away)(request)
    adyen.inventory = page(row("M400-1", merchantId="Bar"), row("M400-2"))
    async with service(adyen.handle) as url, json_client() as client:
        result, reports = await ask(source_at(url, client, merchants=("Bar", "Cafe")))
    assert result == RoundResult(GOOD, "merchant Bar: status 422", is_complete=False)
    assert latest(reports).keys() == {ONE}


async def test_no_terminals_is_an_answer() -> None:
    """A merchant may have none."""
    adyen = Adyen()
    adyen.connected, adyen.inventory = connected(), page(pagesTotal=0)
    assert await asked(adyen) == RoundResult(GOOD)
    assert adyen.messages == []


@pytest.mark.parametrize("place", ["connected", "inventory", "sync"])
@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_ends_the_round(place: str, status: int) -> None:
    """Posmon pauses; the key is in no result."""
    adyen = Adyen()
    setattr(adyen, place, says({"detail": KEY}, status))
    async with service(adyen.handle) as url, json_client(fields=adyen_headers(KEY)) as client:
        result, _ = await ask(source_at(url, client))
    assert (result.result, result.pause_s) == (UNAUTHORIZED, UNAUTHORIZED_PAUSE_S)
    assert KEY not in str(result)


@pytest.mark.parametrize("place", ["connected", "inventory"])
@pytest.mark.parametrize(
    ("limited", "pause_s"), [(says({}, 429), RATE_LIMITED_PAUSE_S), (says({}, 429, Retry_After="7"), 7.0)]
)
async def test_a_limit_of_the_lists_is_a_pause(place: str, limited: Answer, pause_s: float) -> None:
    """Without the lists a first round says nothing."""
    adyen = Adyen()
    setattr(adyen, place, limited)
    result = await asked(adyen)
    assert (result.result, result.pause_s) == (RATE_LIMITED, pause_s)


@pytest.mark.parametrize(
    ("refusal", "detail", "pause_s"),
    [
        (says({}, 429), "diagnoses failed, status 429: too many requests: 2", RATE_LIMITED_PAUSE_S),
        (says({}, 429, Retry_After="7"), "diagnoses failed, status 429: too many requests: 2", 7.0),
        (says({}, 422), "diagnoses failed, status 422: 2", 0.0),
        (says({}, 500), "diagnoses failed, status 500: 2", 0.0),
        (says([]), "answers without a result: 2", 0.0),
    ],
)
async def test_refused_diagnoses_are_named(refusal: Answer, detail: str, pause_s: float) -> None:
    """The terminals are connected all the same."""
    adyen = Adyen()
    adyen.sync = refusal
    async with service(adyen.handle) as url, json_client() as client:
        result, reports = await ask(source_at(url, client))
    assert result == RoundResult(GOOD, detail, pause_s=pause_s)
    assert [report.online for report in latest(reports).values()] == [True, True]


@pytest.mark.parametrize(
    ("place", "answer", "detail"),
    [
        ("connected", says([]), "merchant Cafe: its answer has no list of terminals"),
        ("connected", says({"uniqueDeviceIds": {}}), "merchant Cafe: its answer has no list of terminals"),
        ("connected", says({}, 422), "merchant Cafe: status 422"),
        ("inventory", says([]), "the inventory: its answer has no list of terminals"),
        ("inventory", page(pagesTotal=[]), "the inventory: it does not say how many pages there are"),
        ("inventory", page(pagesTotal=10**30), "the inventory: its pages go on without a terminal"),
        ("inventory", says({}, 422), "the inventory: status 422"),
    ],
)
async def test_a_list_that_is_none_ends_the_first_round(place: str, answer: Answer, detail: str) -> None:
    """What is wrong is said in posmon's words."""
    adyen = Adyen()
    setattr(adyen, place, answer)
    result = await asked(adyen)
    assert result.result in (Outcome.PROTOCOL, Outcome.HTTP_STATUS)
    assert result.detail == detail


async def test_half_a_page_is_not_the_whole_list() -> None:
    """Terminals that it lacks are not taken for gone; five minutes later it is read again."""
    adyen, clock = Adyen(), FakeClock()
    adyen.inventory = page(row(ONE, merchantId="Cafe"), itemsTotal=2)
    async with service(adyen.handle) as url, json_client() as client:
        source = source_at(url, client, clock)
        result, _ = await ask(source)
        assert result == RoundResult(GOOD, "the inventory holds fewer terminals than it counts", False)
        await ask(source)
        assert adyen.count("/v3/terminals") == 1
        clock.turn(300)
        await ask(source)
    assert adyen.count("/v3/terminals") == 2


async def test_a_busy_terminal_is_left_alone_for_a_round() -> None:
    """It stays busy in between; the other one is asked every round."""
    adyen = Adyen()
    free, busy = diagnosed(), diagnosed("Busy")
    adyen.sync = lambda request: (busy if ONE in request.path else free)(request)
    counts = []
    async with service(adyen.handle) as url, json_client() as client:
        source = source_at(url, client)
        for _ in range(3):
            result, reports = await ask(source)
            assert result == RoundResult(GOOD)
            assert latest(reports)[ONE].reading.activity is Activity.BUSY
            counts.append((adyen.count(f"/{ONE}/sync"), adyen.count(f"/{OTHER}/sync")))
    assert counts == [(1, 1), (1, 2), (2, 3)]


async def test_a_terminal_that_does_not_answer_adyen_is_offline_until_it_does() -> None:
    """A message that Adyen rejects says nothing of the terminal."""
    adyen = Adyen()
    away = {"EventToNotify": "Reject", "EventDetails": "message=Terminal+did+not+receive+a+response"}
    wrong = {"EventToNotify": "Reject", "EventDetails": "message=MessageHeader%3A+invalid"}
    ends = []
    async with service(adyen.handle) as url, json_client() as client:
        source = source_at(url, client)
        for event in (None, wrong, away, wrong, None):
            answer = says({"SaleToPOIRequest": {"EventNotification": event}})
            adyen.sync = diagnosed(PrinterStatus="PaperLow") if event is None else answer
            result, reports = await ask(source)
            ends.append((latest(reports)[ONE].online, result.detail))
            assert latest(reports)[ONE].reading.printer_status is PrinterStatus.PAPER_LOW
    rejected = "requests rejected, which is posmon's mistake: 2"
    assert ends == [(True, ""), (True, rejected), (False, ""), (False, rejected), (True, "")]


async def test_what_was_diagnosed_is_dropped_when_it_is_old() -> None:
    """A terminal that is connected and tells nothing any more has no printer that is known."""
    adyen, clock = Adyen(), FakeClock()
    adyen.sync = diagnosed(PrinterStatus="PaperLow")
    async with service(adyen.handle) as url, json_client() as client:
        source = source_at(url, client, clock)
        await ask(source)
        adyen.sync = says({}, 422)
        clock.turn(170)
        _, kept = await ask(source)
        clock.turn(20)
        _, dropped = await ask(source)
    assert latest(kept)[ONE].reading.printer_status is PrinterStatus.PAPER_LOW
    assert latest(dropped)[ONE].reading.printer_status is None
    assert latest(dropped)[ONE].online is True


async def test_diagnoses_are_spread_and_take_turns() -> None:
    """The first round has few and does not wait; the next begins with those that were not asked."""
    adyen, clock = Adyen(), FakeClock()
    names = [f"M400-{number}" for number in range(30)]
    adyen.connected, adyen.inventory = connected(*names), page()
    async with service(adyen.handle) as url, json_client() as client:
        source = source_at(url, client, clock, rhythm=Rhythm(20.0, every_s=EVERY_S))
        first, _ = await ask(source)
        assert (len(adyen.messages), first.detail) == (FIRST, "diagnoses left for a later round: 20")
        before = clock.monotonic()
        second = await until_done(clock, ask(source))
        assert second[0].detail == "diagnoses left for a later round: 14"
        assert 11.0 <= clock.monotonic() - before <= 16.0
    asked_of = [message["SaleToPOIRequest"]["MessageHeader"]["POIID"] for message in adyen.messages]
    assert len(set(asked_of)) == FIRST + 16


async def test_a_service_that_breaks_is_not_asked_on() -> None:
    """Four broken answers in a row end the diagnoses of a round."""
    adyen = Adyen()
    names = [f"M400-{number}" for number in range(9)]
    adyen.connected, adyen.inventory = connected(*names), page()
    adyen.sync = lambda _request: web.Response(text="not JSON")
    result = await asked(adyen)
    assert (result.result, len(adyen.messages)) == (GOOD, 4)
    assert result.detail == (
        "diagnoses failed, its answer is not JSON: 4; diagnoses left for a later round: 5"
    )


class SealedAdyen(Adyen):
    """An Adyen whose terminals answer with the key `theirs`; `opened` has what they were asked."""

    def __init__(self, theirs: NexoKey) -> None:
        super().__init__()
        self._theirs = theirs
        self.opened: list[Any] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request; a diagnosis is opened and answered sealed."""
        if request.method != "POST":
            return await super().handle(request)
        message: Any = SHARED.unseal(await request.json(), request={})
        self.opened.append(message)
        header = message["SaleToPOIRequest"]["MessageHeader"]
        status = {"GlobalStatus": "OK", "PrinterStatus": "NoPaper"}
        diagnosis = {"Response": {"Result": "Success"}, "POIStatus": status}
        answer = {"SaleToPOIResponse": {"MessageHeader": header, "DiagnosisResponse": diagnosis}}
        return web.json_response(self._theirs.seal(answer))


async def sealed_round(adyen: Adyen) -> Round:
    """Return a round of a source that has a key."""
    async with service(adyen.handle) as url, json_client() as client:
        return await ask(source_at(url, client, key=SHARED))


async def test_with_a_key_diagnoses_are_sealed() -> None:
    """Both ways, and the terminals' words arrive."""
    adyen = SealedAdyen(SHARED)
    result, reports = await sealed_round(adyen)
    assert result.detail == ""
    assert {one["SaleToPOIRequest"]["MessageHeader"]["POIID"] for one in adyen.opened} == {ONE, OTHER}
    assert latest(reports)[ONE].reading.printer_status is PrinterStatus.PAPER_OUT


async def test_an_answer_that_is_not_to_be_trusted_says_nothing() -> None:
    """One of another passphrase, and a good one in the clear; the detail says why and how often."""
    result, reports = await sealed_round(SealedAdyen(NexoKey(identifier="k", version=1, passphrase=KEY)))
    assert result.result == GOOD
    assert result.detail == (
        "diagnoses not believed, the answer cannot be opened: it was sealed with another passphrase, "
        "or changed on its way: 2"
    )
    assert latest(reports)[ONE].reading.printer is None
    adyen = Adyen()
    adyen.sync = diagnosed(PrinterStatus="OK")
    result, reports = await sealed_round(adyen)
    assert result.detail == "diagnoses not believed, the answer is not sealed: 2"
    assert latest(reports)[ONE].reading.printer is None


async def test_the_cloud_may_say_in_the_clear_that_a_terminal_is_away() -> None:
    """It has no key, and knows best."""
    adyen = Adyen()
    adyen.sync = says({"SaleToPOIRequest": {"EventNotification": {"EventToNotify": "NetworkDisconnected"}}})
    _, reports = await sealed_round(adyen)
    assert latest(reports)[ONE].online is False
    assert all("NexoBlob" in message["SaleToPOIRequest"] for message in adyen.messages)
    assert all("DiagnosisRequest" not in message["SaleToPOIRequest"] for message in adyen.messages)
