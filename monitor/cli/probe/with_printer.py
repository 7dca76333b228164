"""What a probe says of a terminal with a receipt printer beside it."""

from monitor.adapters.collectors.beside_printer import joined
from monitor.domain.polling.poll_result import Outcome, PollResult


def with_printer(terminal: PollResult, printer: PollResult) -> PollResult:
    """Return the terminal's result as the daemon would have it; its detail names what the printer said.

    The printer is named also where the terminal does not answer and nothing is made of it.
    """
    status = printer.reading.printer_status if printer.reading is not None else None
    is_good = printer.outcome is Outcome.OK
    said = (
        (status.value if status else "status unknown") if is_good else printer.detail or printer.outcome.value
    )
    detail = "; ".join(filter(None, (terminal.detail, f"its printer: {said}")))
    result = joined(terminal, printer) if terminal.outcome is Outcome.OK else terminal
    return result._replace(detail=detail)
