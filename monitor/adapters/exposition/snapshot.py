"""The fleet as one page of metrics sees it."""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from monitor.domain.fleet.health import Health, health_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.census import Census
from monitor.views.chunked_work import Steps, parts
from monitor.views.read_model import ReadModel

PerTerminal = Literal["all", "unhealthy", "none"]

SHARED_S = 5.0
"""Scrapes that begin within so many seconds, while one of them is under way, see the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Snapshot:
    """The fleet counted at a monotonic time, and those of its terminals that have series of their own."""

    taken_at: float
    census: Census
    statuses: dict[InventoryStatus, int]
    shown: Sequence[WatchedTerminal]


class Snapshots:
    """Takes snapshots, and lends one to all scrapes that are under way at about the same time.

    The last of them takes it away: nothing that grows with the fleet is kept between two scrapes, and
    however many there are at once, it is there a few times at most.
    """

    def __init__(self, *, read_model: ReadModel, per_terminal: PerTerminal) -> None:
        self._read_model = read_model
        self._per_terminal = per_terminal
        self._latest: weakref.ref[Snapshot] | None = None

    def taking(self) -> Steps[Snapshot]:
        """Return one that is recent, taken now if need be; two must not be taken at once."""
        now = self._read_model.clock.monotonic()
        latest = self._latest() if self._latest is not None else None
        if latest is None or now - latest.taken_at >= SHARED_S:
            latest = yield from self._taking(now)
            self._latest = weakref.ref(latest)
        return latest

    def _taking(self, now: float) -> Steps[Snapshot]:
        fleet, book = self._read_model.fleet, self._read_model.book
        everybody = list(fleet)
        census = Census(book, fleet)
        shown = everybody if self._per_terminal == "all" else []
        statuses = dict.fromkeys(InventoryStatus, 0)
        for part in parts(everybody):
            census.count(part)
            if self._per_terminal == "unhealthy":
                shown += [watched for watched in part if _health(watched, self._read_model) is not Health.OK]
            yield
        rows = chain((watched.terminal for watched in everybody), list(fleet.unpolled.values()))
        for some in parts(rows):
            for terminal in some:
                statuses[terminal.status] += 1
            yield
        return Snapshot(taken_at=now, census=census, statuses=statuses, shown=shown)


def _health(watched: WatchedTerminal, read_model: ReadModel) -> Health:
    terminal_id = watched.terminal.terminal_id
    alerts = read_model.book.about(terminal_id).values()
    return health_of(watched, alerts, is_closed=terminal_id in read_model.fleet.closed)
