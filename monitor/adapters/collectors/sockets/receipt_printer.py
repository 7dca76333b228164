"""`escpos://`: a receipt printer's real-time status (Epson ESC/POS command reference, DLE EOT n)."""

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.sockets.conversation import Answered
from monitor.domain.heartbeat.reading import Printer, PrinterStatus, Reading
from monitor.domain.polling.poll_result import Outcome

DLE_EOT = b"\x10\x04"
PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 1, 2, 3, 4
"""Which of the four status bytes DLE EOT asks for."""

_FIXED, _FIXED_VALUE = 0b1001_0011, 0b0001_0010
"""Bits 1 and 4 of every status byte are set, bits 0 and 7 clear."""

_OFFLINE = 0x08
_COVER_OPEN, _STOPPED_BY_PAPER_END = 0x04, 0x20
_CUTTER, _UNRECOVERABLE = 0x08, 0x20
_NEAR_END, _PAPER_END = 0x0C, 0x60


class ReceiptPrinter:
    """Asks for the four status bytes one after the other: a printer answers each with one byte."""

    def __init__(self) -> None:
        self.end: Answered | Failure | None = None
        self.may_close = True
        self._bytes: list[int] = []

    def opening(self) -> bytes:
        """Ask for the first status byte."""
        return DLE_EOT + bytes([PRINTER])

    def receive(self, data: bytes) -> bytes:
        """Read one status byte and ask for the next."""
        if self.end is not None:
            return b""
        if len(data) != 1 or data[0] & _FIXED != _FIXED_VALUE:
            self.end = Failure(Outcome.PROTOCOL, "the answer is no ESC/POS status byte")
            return b""
        self._bytes.append(data[0])
        if len(self._bytes) < PAPER:
            return DLE_EOT + bytes([len(self._bytes) + 1])
        self.end = Answered(Reading(terminal_id="", printer=Printer(status=status_of(*self._bytes))))
        return b""

    def timed_out(self) -> None:
        """Nothing special: a printer that prints answers late, one that hangs not at all."""

    def closed(self) -> None:
        """Nothing special."""


def status_of(printer: int, offline_cause: int, error_cause: int, paper: int) -> PrinterStatus | None:
    """Return what four status bytes mean, what stops printing first.

    None: the printer says that it is offline, and none of the causes it has names for.
    """
    if offline_cause & _COVER_OPEN:
        return PrinterStatus.COVER_OPEN
    if paper & _PAPER_END or offline_cause & _STOPPED_BY_PAPER_END:
        return PrinterStatus.PAPER_OUT
    if error_cause & (_CUTTER | _UNRECOVERABLE):
        return PrinterStatus.FAULT
    if printer & _OFFLINE:
        return None
    return PrinterStatus.PAPER_LOW if paper & _NEAR_END else PrinterStatus.OK
