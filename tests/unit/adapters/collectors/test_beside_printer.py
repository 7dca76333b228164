import pytest

from monitor.adapters.collectors.beside_printer import BesidePrinter, joined
from monitor.adapters.collectors.table import CollectorTable
from monitor.domain.heartbeat.reading import Activity, Printer, PrinterStatus, Reading
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget
from tests.fakes import FakeHeartbeatClient, loop_settled

TILL, PRINTER = "zvt://192.0.2.1", "escpos://192.0.2.2"
OUT = PollResult(Outcome.OK, 0.5, Reading(terminal_id="", printer=Printer(status=PrinterStatus.PAPER_OUT)))
GONE = PollResult(Outcome.REFUSED, 0.1, detail="connection refused")


def good(*unreadable: str, detail: str = "") -> PollResult:
    """Return the good poll of a till that says that it is idle, and that its printer is well."""
    reading = Reading(terminal_id="", activity=Activity.IDLE, printer=Printer(status=PrinterStatus.OK))
    return PollResult(Outcome.OK, 0.2, reading, detail, unreadable=unreadable)


class Beside(PollTarget):
    """A till with a printer."""

    @property
    def printer(self) -> str:
        """Where its printer is."""
        return PRINTER


def target() -> PollTarget:
    """Return the till."""
    return Beside(endpoint=TILL, cadence=Cadence(interval_s=30.0, timeout_s=5.0))


class Pair:
    """A till and its printer that answer when told."""

    def __init__(self, till: PollResult, printer: PollResult) -> None:
        self.till = FakeHeartbeatClient(lambda _target: till)
        self.printer = FakeHeartbeatClient(lambda _target: printer)
        self.client = BesidePrinter(terminals=self.till, printers=self.printer)
        self.results: list[PollResult] = []


def test_the_printer_s_word_counts_and_the_till_keeps_all_else() -> None:
    """The till's own reading is not touched: a source's board may keep it."""
    till = good("printer.status: not one of ok", "battery: not an object", detail="busy")
    result = joined(till, OUT)
    assert result.reading == Reading(
        terminal_id="", activity=Activity.IDLE, printer=Printer(status=PrinterStatus.PAPER_OUT)
    )
    assert (result.unreadable, result.detail) == (("battery: not an object",), "busy")
    assert result.duration_s == 0.5
    assert till.reading is not None
    assert till.reading.printer_status is PrinterStatus.OK


def test_a_printer_that_is_away_is_unknown_and_named() -> None:
    """Also where the till says that its printer is well: that is old news."""
    result = joined(good(), GONE)
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert (result.reading.printer_status, result.reading.activity) == (None, Activity.IDLE)
    assert result.detail == "its printer: connection refused"


def test_a_terminal_that_says_nothing_of_itself_has_its_printer() -> None:
    """Reachability over TCP has no reading."""
    result = joined(PollResult(Outcome.OK, 0.1), OUT)
    assert result.reading is not None
    assert result.reading.printer_status is PrinterStatus.PAPER_OUT


@pytest.mark.parametrize("first", ["till", "printer"])
async def test_one_result_comes_of_both(first: str) -> None:
    """Whoever answers first."""
    pair = Pair(good(), OUT)
    pair.till.silent, pair.printer.silent = {TILL}, {PRINTER}
    pair.client.begin(target(), pair.results.append)
    order = [pair.till, pair.printer] if first == "till" else [pair.printer, pair.till]
    order[0].answer_waiting()
    await loop_settled()
    assert pair.results == []
    order[1].answer_waiting()
    await loop_settled()
    assert [result.reading and result.reading.printer_status for result in pair.results] == [
        PrinterStatus.PAPER_OUT
    ]


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.AWAITED, Outcome.SHED])
async def test_a_till_that_fails_does_not_wait_for_its_printer(outcome: Outcome) -> None:
    """Its result is the result, once."""
    pair = Pair(PollResult(outcome, 0.1), OUT)
    pair.printer.silent = {PRINTER}
    pair.client.begin(target(), pair.results.append)
    await loop_settled()
    pair.printer.answer_waiting()
    await loop_settled()
    assert pair.results == [PollResult(outcome, 0.1)]


async def test_both_are_forgotten_together() -> None:
    """No result comes of a terminal that is no longer watched."""
    pair = Pair(good(), OUT)
    pair.till.silent, pair.printer.silent = {TILL}, {PRINTER}
    till = target()
    pair.client.begin(till, pair.results.append)
    pair.client.forget(till)
    pair.till.answer_waiting()
    pair.printer.answer_waiting()
    await loop_settled()
    assert pair.results == []


def test_the_table_pairs_only_who_has_a_printer() -> None:
    """Everybody else is polled as before, by the same client."""
    http, sockets = FakeHeartbeatClient(), FakeHeartbeatClient()
    others = {"zvt": sockets, "escpos": sockets}
    table = CollectorTable(http=http, others=others, lookup=FakeHeartbeatClient(), sources=())
    assert table.of(TILL) is sockets
    beside = table.of(TILL, printer=PRINTER)
    assert isinstance(beside, BesidePrinter)
    assert table.of("zvt://192.0.2.9", printer="escpos://192.0.2.8") is beside
    assert table.of("http://192.0.2.9/", printer=PRINTER) is not beside
