"""Whose turn it is to be looked at, although nothing has come in."""

from collections.abc import Iterator
from itertools import islice

from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

ROUND_S = 300.0
"""Every terminal has its turn once in so long."""


class Rounds:
    """Takes the terminals of a fleet in turns, evenly over ROUND_S.

    Who joins has a turn from the next round on. A fleet of 100 000 is 333 terminals a second.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._waiting: Iterator[WatchedTerminal] = iter(())
        self._size = 0
        self._begun: float | None = None
        self._taken = 0

    def due(self, now: Instant) -> Iterator[WatchedTerminal]:
        """Yield the terminals whose turn has come since the last call."""
        if self._begun is None:
            self._begin(now.monotonic)
        assert self._begun is not None  # noqa: S101 - for mypy
        passed_s = now.monotonic - self._begun
        share = min(1.0, passed_s / ROUND_S)
        turns = int(self._size * share) - self._taken
        self._taken += turns
        for watched in islice(self._waiting, turns):
            if self._fleet.get(watched.terminal.terminal_id) is watched:
                yield watched
        if passed_s >= ROUND_S:
            self._begin(now.monotonic)

    def _begin(self, at: float) -> None:
        terminals = [*self._fleet]
        self._waiting, self._size = iter(terminals), len(terminals)
        self._begun, self._taken = at, 0
