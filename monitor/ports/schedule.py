"""The schedule, as the roster changes it."""

from collections.abc import Iterable
from typing import Protocol

from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.polling.cadence import Timetable


class PollSchedule(Protocol):
    """The set of terminals being polled."""

    timetable: Timetable

    def add(self, terminals: Iterable[WatchedTerminal], *, among: int = 0) -> None:
        """Begin to poll terminals, spread out as of a fleet that has at least `among` in the end."""
        ...

    def remove(self, terminal_id: str) -> None:
        """Stop polling a terminal; unknown ids are ignored."""
        ...

    def change(self, watched: WatchedTerminal) -> None:
        """Follow a terminal's new endpoint or cadence."""
        ...
