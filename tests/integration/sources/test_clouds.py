import pytest
from yarl import URL

from monitor.adapters.sources.adyen import AdyenTerminals, adyen_headers
from monitor.adapters.sources.adyen_diagnoses import Rhythm
from monitor.adapters.sources.json_client import JsonClient
from monitor.adapters.sources.json_mapping import Expression, JsonMapping, Mapped
from monitor.adapters.sources.mapped_json import MappedJson
from monitor.adapters.sources.paging import by_token
from monitor.adapters.sources.paxstore import PaxstoreTerminals
from monitor.adapters.sources.paxstore_client import PaxstoreClient
from monitor.adapters.sources.square import SquareDevices
from monitor.adapters.sources.stripe import StripeReaders
from monitor.adapters.sources.sumup import SumUpReaders
from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.domain.sources.report import GOOD, RoundResult
from monitor.ports.terminal_source import TerminalSource
from monitor.simulator.paxstore_cloud import KEY, SECRET
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.sources.service import ask, json_client


def mapped(client: JsonClient, url: URL) -> MappedJson:
    """Return the example of docs/sources.md."""
    words = {"NO_PAPER": "paper_out", "LOW": "paper_low", "OK": "ok"}
    return MappedJson(
        client=client,
        url=url / "devices",
        items=Expression("devices"),
        mapping=JsonMapping(
            id=Expression("deviceId"),
            online=Mapped(expression=Expression("state"), words={"CONNECTED": "online", "LOST": "offline"}),
            seen_at=Mapped(expression=Expression("lastSeen"), time_format="epoch_ms"),
            fields={
                "battery.percent": Mapped(expression=Expression("power.level")),
                "printer.status": Mapped(expression=Expression("prn"), words=words),
                "firmware_version": Mapped(expression=Expression("fw")),
                "serial_number": Mapped(expression=Expression("serial")),
            },
        ),
        following=by_token(Expression("paging.next"), "cursor"),
    )


def source_of(kind: str, client: JsonClient, url: URL) -> TerminalSource:
    """Return the source of a kind at `url`."""
    match kind:
        case "adyen":
            return AdyenTerminals(
                client=client,
                url=url,
                management_url=url,
                merchants=["Cafe"],
                rhythm=Rhythm(60.0, every_s=0.0),
                kept_s=180.0,
                clock=SystemClock(),
            )
        case "stripe":
            return StripeReaders(client=client, url=url)
        case "square":
            return SquareDevices(client=client, url=url)
        case "paxstore":
            clock = SystemClock()
            signing = PaxstoreClient(client=client, key=KEY, secret=SECRET, clock=clock)
            return PaxstoreTerminals(client=signing, url=url, interval_s=60.0, clock=clock)
        case "sumup":
            return SumUpReaders(client=client, url=url, merchants=["MC1"])
    return mapped(client, url)


@pytest.mark.parametrize("kind", ["adyen", "json", "paxstore", "stripe", "square", "sumup"])
async def test_every_terminal_of_every_page_is_reported(kind: str) -> None:
    """Pages are followed to the last; serial number and firmware are the terminal's."""
    fleet = SimulatedFleet(clock=SystemClock(), terminals=230, kind=kind)
    async with fleet, json_client(fields=adyen_headers("any")) as client:
        result, reports = await ask(source_of(kind, client, URL(fleet.url)))
        rows = {row.endpoint.partition(":")[2]: row for row in fleet.inventory}
    assert result == RoundResult(GOOD)
    assert {report.terminal for report in reports} == rows.keys()
    assert [report.unreadable for report in reports if report.unreadable] == []
    for report in {report.terminal: report for report in reports}.values():
        assert report.online is True
        assert report.seen_at is not None
        assert report.reading.serial_number == rows[report.terminal].serial_number
        assert report.reading.firmware_version


@pytest.mark.parametrize("kind", ["adyen", "json", "paxstore", "stripe", "square", "sumup"])
async def test_a_terminal_that_is_away_is_reported_offline(kind: str) -> None:
    """The cloud's word for it becomes posmon's."""
    fleet = SimulatedFleet(clock=SystemClock(), terminals=3, kind=kind)
    async with fleet, json_client(fields=adyen_headers("any")) as client:
        gone, *_ = fleet.inventory
        fleet.set_fault(gone.terminal_id, "hang")
        _, reports = await ask(source_of(kind, client, URL(fleet.url)))
    offline = [report.terminal for report in reports if report.online is False]
    assert offline == [gone.endpoint.partition(":")[2]]


async def test_words_of_the_mapping_become_words_of_posmon() -> None:
    """NO_PAPER is paper_out."""
    fleet = SimulatedFleet(clock=SystemClock(), terminals=2, kind="json")
    async with fleet, json_client(fields=adyen_headers("any")) as client:
        empty, _ = fleet.inventory
        fleet.set_fault(empty.terminal_id, "paper_out")
        _, reports = await ask(mapped(client, URL(fleet.url)))
    status = {report.terminal: report.reading.printer_status for report in reports}
    assert status[empty.terminal_id] is PrinterStatus.PAPER_OUT
