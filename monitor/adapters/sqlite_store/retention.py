"""Deleting rows whose retention is over, a small portion at a time."""

from dataclasses import dataclass

from monitor.adapters.sqlite_store.availability import REPORTS_KEPT_S, prune_episodes, prune_rest
from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.adapters.sqlite_store.told import prune_told
from monitor.domain.instant import Instant

JOURNAL_KEPT_S = 90 * 24 * 3600.0
EVENTS_KEPT_S = 25 * 3600.0
"""A little over the longest window of a detector."""

_RECEIVERS_KEPT_S = 24 * 3600.0
_PORTION = 500
_HOUR_S = 3600.0
_PRUNED_WITHIN_S = 130.0
"""What takes a look at every terminal is done in the first two minutes of an hour only."""
_PAGES = 256

_JOURNAL = (
    "DELETE FROM journal WHERE at_s < ? AND seq IN (SELECT seq FROM journal ORDER BY seq LIMIT ?) RETURNING 1"
)
_EVENTS = (
    "DELETE FROM events WHERE (heard_s < ? OR heard_wall < ?)"
    " AND id IN (SELECT id FROM events ORDER BY id LIMIT ?) RETURNING 1"
)
_RECEIVERS = "DELETE FROM receivers WHERE named_s < ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long journal and events are kept, in running time: a wall clock that jumps deletes no journal.

    Events go by wall time as well, though twice as late, because card hashes are kept for no longer than
    detectors need them; so does what a receiver that is none any more was to be told, after a day. What was
    told and held is kept twice as long as the journal. The facts of reports are told in wall time. They go by
    it, but only once posmon has run for as long.
    """

    journal_kept_s: float = JOURNAL_KEPT_S
    events_kept_s: float = EVENTS_KEPT_S
    reports_kept_s: float = REPORTS_KEPT_S

    def prune(self, connection: DatabaseConnection, now: Instant) -> bool:
        """Delete a portion of what is too old at `now` (running time); tell whether there may be more.

        Pages that became free are given back to the file system.
        """
        connection.execute("BEGIN IMMEDIATE")
        steps = connection.execute(_JOURNAL, (now.monotonic - self.journal_kept_s, _PORTION)).fetchall()
        heard = now.monotonic - self.events_kept_s, now.wall - 2 * self.events_kept_s
        events = connection.execute(_EVENTS, (*heard, _PORTION)).fetchall()
        prune_told(connection, now.wall - 2 * self.journal_kept_s)
        connection.execute(_RECEIVERS, (now.monotonic - _RECEIVERS_KEPT_S,))
        episodes = self._prune_reports(connection, now)
        connection.execute("COMMIT")
        # `execute` would stop after the first page.
        connection.executescript(f"PRAGMA incremental_vacuum({_PAGES});")
        return _PORTION in (len(steps), len(events), episodes)

    def _prune_reports(self, connection: DatabaseConnection, now: Instant) -> int:
        if now.monotonic < self.reports_kept_s:
            return 0
        episodes = prune_episodes(connection, now.wall - self.reports_kept_s, _PORTION)
        if episodes < _PORTION and now.monotonic % _HOUR_S < _PRUNED_WITHIN_S:
            prune_rest(connection, now.wall - self.reports_kept_s)
        return episodes
