"""Of which terminals something is to be saved."""

from itertools import islice
from math import inf

from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

RESTLESS_EVERY_S = 10.0
"""What a terminal that comes and goes adds to its history is saved no more often than this."""


class DirtyTerminals:
    """Terminals whose memory has changed since it was last taken, and those to be forgotten."""

    def __init__(self) -> None:
        self._changed: dict[str, WatchedTerminal] = {}
        self._restless: dict[str, WatchedTerminal] = {}
        self._restless_due = -inf
        self._forgotten: dict[str, None] = {}

    def note(self, watched: WatchedTerminal) -> None:
        """Take in a terminal that was asked or changed: it is saved if it is unsaved or restless."""
        if watched.is_unsaved:
            self.mark(watched)
        elif watched.is_restless:
            self._restless[watched.terminal.terminal_id] = watched

    def mark(self, watched: WatchedTerminal) -> None:
        """Have a terminal saved."""
        terminal_id = watched.terminal.terminal_id
        self._changed[terminal_id] = watched
        self._forgotten.pop(terminal_id, None)

    def forget(self, terminal_id: str) -> None:
        """Have a terminal forgotten."""
        self._changed.pop(terminal_id, None)
        self._restless.pop(terminal_id, None)
        self._forgotten[terminal_id] = None

    def take(self, limit: int, now: Instant) -> list[TerminalMemory]:
        """Return what is to be saved of up to `limit` terminals; it counts as saved."""
        if now.monotonic >= self._restless_due:
            self._restless_due = now.monotonic + RESTLESS_EVERY_S
            self._changed |= self._restless
            self._restless = {}
        chosen = list(islice(self._changed.items(), limit))
        for terminal_id, watched in chosen:
            del self._changed[terminal_id]
            watched.is_unsaved = False
        return [watched.memory(now) for _, watched in chosen]

    def take_forgotten(self) -> list[str]:
        """Return the ids of terminals to be forgotten; they count as forgotten."""
        forgotten = list(self._forgotten)
        self._forgotten = {}
        return forgotten
