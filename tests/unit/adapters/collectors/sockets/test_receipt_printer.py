import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.sockets.conversation import Answered
from monitor.adapters.collectors.sockets.receipt_printer import ReceiptPrinter, status_of
from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.domain.polling.poll_result import Outcome

GOOD = 0x12


@pytest.mark.parametrize(
    ("bits", "status"),
    [
        ((0, 0, 0, 0), PrinterStatus.OK),
        ((0, 0, 0, 0x0C), PrinterStatus.PAPER_LOW),
        ((0x08, 0x20, 0, 0x60), PrinterStatus.PAPER_OUT),
        ((0x08, 0x04, 0, 0x60), PrinterStatus.COVER_OPEN),
        ((0x08, 0x40, 0x08, 0), PrinterStatus.FAULT),
        ((0x08, 0x40, 0x20, 0x0C), PrinterStatus.FAULT),
        ((0x08, 0, 0, 0), None),
    ],
)
def test_what_stops_printing_first_counts(bits: tuple[int, int, int, int], status: object) -> None:
    """Cover, paper end, fault, near end in this order; offline without a cause is unknown."""
    assert status_of(*(GOOD | each for each in bits)) is status


def test_four_bytes_are_asked_for_one_after_the_other() -> None:
    """Each answer leads to the next question, the fourth to the end."""
    printer = ReceiptPrinter()
    asked = [printer.opening(), *(printer.receive(bytes([GOOD])) for _ in range(4))]
    assert [each.hex() for each in asked] == ["100401", "100402", "100403", "100404", ""]
    assert isinstance(printer.end, Answered)
    assert printer.end.reading is not None
    assert printer.end.reading.printer_status is PrinterStatus.OK


@given(data=st.binary(min_size=1, max_size=20))
def test_other_bytes_are_refused(data: bytes) -> None:
    """What is no single status byte is no answer of a printer."""
    printer = ReceiptPrinter()
    printer.receive(data)
    if len(data) == 1 and data[0] & 0x93 == GOOD:
        assert printer.end is None
    else:
        assert isinstance(printer.end, Failure)
        assert printer.end.outcome is Outcome.PROTOCOL
