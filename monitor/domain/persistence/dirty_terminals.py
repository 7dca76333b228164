"""The terminals with changes that are not saved yet."""

from collections.abc import Sequence
from itertools import islice
from math import inf
from typing import NamedTuple

from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

RESTLESS_EVERY_S = 10.0
"""The history of a terminal that comes and goes is saved no more often than this."""

TERMINALS_PORTION = 500
"""So many terminals are saved with one record."""


class TerminalChanges(NamedTuple):
    """What is to be saved, and the ids of terminals to be forgotten."""

    memories: Sequence[TerminalMemory]
    forgotten: Sequence[str]


class DirtyTerminals:
    """Terminals whose memory has changed since it was saved, and those to be forgotten."""

    def __init__(self) -> None:
        self._changed: dict[str, WatchedTerminal] = {}
        self._restless: dict[str, WatchedTerminal] = {}
        self._restless_due = -inf
        self._forgotten: dict[str, None] = {}

    def add(self, watched: WatchedTerminal) -> None:
        """Have a terminal saved if it has changed, and a restless one from time to time."""
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

    def drain_unsaved(self, now: Instant) -> TerminalChanges:
        """Return the changes of up to TERMINALS_PORTION terminals; they count as saved.

        So do all ids to be forgotten.
        """
        if now.monotonic >= self._restless_due:
            self._restless_due = now.monotonic + RESTLESS_EVERY_S
            self._changed |= self._restless
            self._restless = {}
        chosen = list(islice(self._changed.items(), TERMINALS_PORTION))
        for terminal_id, watched in chosen:
            del self._changed[terminal_id]
            watched.mark_saved()
        forgotten, self._forgotten = list(self._forgotten), {}
        return TerminalChanges([watched.memory(now) for _, watched in chosen], forgotten)
