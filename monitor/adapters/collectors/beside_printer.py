"""A terminal with a receipt printer of its own address: both are asked, and one result comes of it."""

from collections.abc import Callable

from msgspec.structs import replace

from monitor.domain.heartbeat.fields import field_of
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import HeartbeatClient, PollTarget

_PRINTER = "printer"


class BesidePrinter:
    """Asks a terminal through `terminals` and its printer through `printers`; a `HeartbeatClient`.

    The printer's own word stands in place of what the terminal says of a printer. A printer that cannot be
    asked makes the printer unknown, and nothing else. When the terminal's poll fails or says nothing, that is
    the result.
    """

    def __init__(self, *, terminals: HeartbeatClient, printers: HeartbeatClient) -> None:
        self._terminals = terminals
        self._printers = printers
        self._under_way: dict[PollTarget, _Pair] = {}

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Start one exchange with each; see `HeartbeatClient.begin`."""
        pair = self._under_way[target] = _Pair(target)

        def took_terminal(result: PollResult) -> None:
            pair.terminal = result
            if result.outcome is not Outcome.OK:
                self._printers.forget(pair.printer_target)
                finish(result)
            elif pair.printer is not None:
                finish(joined(result, pair.printer))

        def took_printer(result: PollResult) -> None:
            pair.printer = result
            if pair.terminal is not None:
                finish(joined(pair.terminal, result))

        def finish(result: PollResult) -> None:
            self._under_way.pop(target, None)
            done(result)

        self._printers.begin(pair.printer_target, took_printer)
        self._terminals.begin(target, took_terminal)

    def forget(self, target: PollTarget) -> None:
        """End both exchanges without calling `done`."""
        pair = self._under_way.pop(target, None)
        self._terminals.forget(target)
        if pair is not None:
            self._printers.forget(pair.printer_target)


class _Pair:
    """The two exchanges of one poll, each with its result once it has one."""

    __slots__ = ("printer", "printer_target", "terminal")

    def __init__(self, target: PollTarget) -> None:
        self.printer_target = PollTarget(endpoint=target.printer, cadence=target.cadence)
        self.terminal: PollResult | None = None
        self.printer: PollResult | None = None


def joined(terminal: PollResult, printer: PollResult) -> PollResult:
    """Return the good result of a terminal with what its printer says of itself."""
    said = printer.reading.printer if printer.reading is not None else None
    # The reading may be shared: a source's board keeps it.
    reading = replace(terminal.reading or Reading(terminal_id=""), printer=said)
    unreadable = tuple(one for one in terminal.unreadable if field_of(one).partition(".")[0] != _PRINTER)
    detail = terminal.detail
    if printer.outcome is not Outcome.OK:
        reason = f"its printer: {printer.detail or printer.outcome.value}"
        detail = f"{detail}; {reason}" if detail else reason
    duration_s = max(terminal.duration_s, printer.duration_s)
    return terminal._replace(reading=reading, unreadable=unreadable, detail=detail, duration_s=duration_s)
