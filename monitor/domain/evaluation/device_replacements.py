"""Devices that a source lists under another id than before, as after a swap of two terminals."""

from collections.abc import Iterable, Sequence

from monitor.domain.evaluation.membership import Membership
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import TerminalReport


class DeviceReplacements:
    """Writes into the record of each terminal that its source has put another one's device there."""

    def __init__(self, *, fleet: Fleet, membership: Membership) -> None:
        self._fleet = fleet
        self._membership = membership

    def recall(self, terminals: Iterable[Terminal]) -> None:
        """Let the boards know which serial numbers these terminals had in an earlier run."""
        for terminal in terminals:
            name, _, listed = terminal.endpoint.partition(":")
            board = self._fleet.sources.get(name)
            watched = self._fleet.get(terminal.terminal_id)
            if board is not None and board.serials is not None and watched and watched.serial_number:
                board.serials.recall(watched.serial_number, listed)

    def begin(self, board: SourceBoard) -> None:
        """Expect the list of a source."""
        if board.serials is not None:
            board.serials.begin()

    def see(self, board: SourceBoard, reports: Sequence[TerminalReport], now: Instant) -> None:
        """Take in a part of the list."""
        if board.serials is None:
            return
        for report in reports:
            serial_number = report.reading.serial_number
            if serial_number and board.is_current(report.terminal, now):
                board.serials.see(serial_number, report.terminal)

    def end(self, board: SourceBoard, terminals: Iterable[Terminal], now: Instant) -> None:
        """Record what has moved; `terminals` are all that may be of this source."""
        if board.serials is None:
            return
        moved = {f"{board.name}:{one.terminal}": one for one in board.serials.end()}
        if moved:
            for terminal in terminals:
                watched = self._fleet.get(terminal.terminal_id) if terminal.endpoint in moved else None
                if watched is not None:
                    self._membership.note_replacement(watched, moved[terminal.endpoint], now)
        board.settle()
