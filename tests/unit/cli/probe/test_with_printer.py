from monitor.cli.probe.with_printer import with_printer
from monitor.domain.heartbeat.reading import Printer, PrinterStatus, Reading
from monitor.domain.polling.poll_result import Outcome, PollResult

PAPER_OUT = PollResult(
    Outcome.OK, 0.1, Reading(terminal_id="", printer=Printer(status=PrinterStatus.PAPER_OUT))
)
WELL = PollResult(Outcome.OK, 0.2, Reading(terminal_id="1", printer=Printer(status=PrinterStatus.OK)))


def test_the_printer_has_the_last_word_and_is_named() -> None:
    """Both answers are there to see."""
    result = with_printer(WELL, PAPER_OUT)
    assert result.detail == "its printer: paper_out"
    assert result.reading is not None
    assert result.reading.printer_status is PrinterStatus.PAPER_OUT


def test_a_printer_that_cannot_be_asked_is_unknown() -> None:
    """The reason stands there; the terminal is well."""
    result = with_printer(WELL, PollResult(Outcome.REFUSED, 0.1, detail="connection refused"))
    assert (result.outcome, result.detail) == (Outcome.OK, "its printer: connection refused")
    assert result.reading is not None
    assert result.reading.printer_status is None


def test_a_terminal_that_does_not_answer_is_offline_whatever_its_printer_says() -> None:
    """The answer of the printer is named all the same."""
    result = with_printer(PollResult(Outcome.TIMEOUT, 5.0, detail="no answer"), PAPER_OUT)
    assert (result.outcome, result.reading) == (Outcome.TIMEOUT, None)
    assert result.detail == "no answer; its printer: paper_out"
