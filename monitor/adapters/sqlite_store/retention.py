"""Deleting what has been kept long enough, a small portion at a time."""

from monitor.adapters.sqlite_store.database import Connection
from monitor.domain.instant import Instant

EVENTS_KEPT_S = 25 * 3600.0
"""A little over the longest window of a detector."""

_EVENTS_WALL_S = 2 * EVENTS_KEPT_S
_RECEIVERS_KEPT_S = 24 * 3600.0
_PORTION = 500
_PAGES = 256

_JOURNAL = (
    "DELETE FROM journal WHERE at_s < ? AND seq IN (SELECT seq FROM journal ORDER BY seq LIMIT ?) RETURNING 1"
)
_EVENTS = (
    "DELETE FROM events WHERE (heard_s < ? OR heard_wall < ?)"
    " AND id IN (SELECT id FROM events ORDER BY id LIMIT ?) RETURNING 1"
)
_RECEIVERS = "DELETE FROM receivers WHERE named_s < ?"


def prune(connection: Connection, now: Instant, *, journal_kept_s: float) -> bool:
    """Delete a portion of what is too old at `now` (running time); tell whether there may be more.

    Ages are running time: a wall clock that jumps deletes no journal. Events go by wall time as well, though
    much later, because card hashes are kept for no longer than detectors need them. Pages that became free
    are given back to the file system.
    """
    connection.execute("BEGIN IMMEDIATE")
    steps = connection.execute(_JOURNAL, (now.monotonic - journal_kept_s, _PORTION)).fetchall()
    event_ages = now.monotonic - EVENTS_KEPT_S, now.wall - _EVENTS_WALL_S
    events = connection.execute(_EVENTS, (*event_ages, _PORTION)).fetchall()
    connection.execute(_RECEIVERS, (now.monotonic - _RECEIVERS_KEPT_S,))
    connection.execute("COMMIT")
    connection.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
    return _PORTION in (len(steps), len(events))
