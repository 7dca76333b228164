"""What receivers were told, what was held back, and which summaries were sent, in the store."""

from collections.abc import Sequence
from typing import Any

from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.adapters.sqlite_store.documents import document, text
from monitor.domain.notification.told import HeldSpan, ToldChanges

_MESSAGE = "INSERT OR REPLACE INTO told VALUES (?, ?, ?)"
_SPAN = "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)"
_OF_RUNS_BEFORE = "UPDATE held SET ended_wall = ? WHERE ended_wall IS NULL AND began_wall < ?"
_DIGEST = "INSERT OR REPLACE INTO sent_digests VALUES (?, ?)"
_DIGESTS = "SELECT name, until_wall FROM sent_digests"
_MESSAGES = (
    "SELECT document, at_wall, receiver FROM told"
    " WHERE (at_wall, receiver) > (?, ?) AND at_wall < ? ORDER BY at_wall, receiver LIMIT ?"
)
_SPANS = (
    "SELECT alertname, subject, reason, began_wall, ended_wall FROM held"
    " WHERE began_wall < ? AND coalesce(ended_wall, ?) > ? ORDER BY began_wall LIMIT ?"
)
_OLD_MESSAGES = "DELETE FROM told WHERE at_wall < ?"
_OLD_SPANS = "DELETE FROM held WHERE began_wall < ?"


def write_told(connection: DatabaseConnection, told: ToldChanges) -> None:
    """Write what is new; what was open when an earlier run ended, ended when this one began."""
    if told.run_began is not None:
        connection.execute(_OF_RUNS_BEFORE, (told.run_began, told.run_began))
    connection.executemany(_MESSAGE, [(one.at, text(one.receiver), document(one)) for one in told.messages])
    connection.executemany(
        _SPAN,
        [(one.began, text(one.alertname), text(one.subject), one.reason, one.ended) for one in told.held],
    )
    connection.executemany(_DIGEST, [(text(name), until) for name, until in told.digests.items()])


def prune_told(connection: DatabaseConnection, before: float) -> None:
    """Delete what is older than a wall time."""
    connection.execute(_OLD_MESSAGES, (before,))
    connection.execute(_OLD_SPANS, (before,))


def read_digests(connection: DatabaseConnection) -> dict[str, float]:
    """Return the ends of the periods whose summaries were sent last, by the schedule's name."""
    return dict(connection.execute(_DIGESTS).fetchall())


def message_rows(
    connection: DatabaseConnection, *, after: tuple[float, str], until: float, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Return document, time and receiver of up to `limit` messages before `until`, oldest first.

    `after` are time and receiver of the one before the first.
    """
    return connection.execute(_MESSAGES, (*after, until, limit)).fetchall()


def span_rows(
    connection: DatabaseConnection, *, since: float, until: float, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Return up to `limit` spans that touch a period, oldest first."""
    return connection.execute(_SPANS, (until, until, since, limit)).fetchall()


def read_span(row: tuple[Any, ...]) -> HeldSpan:
    """Return the span of a row."""
    alertname, subject, reason, began, ended = row
    return HeldSpan(alertname=alertname, subject=subject, reason=reason, began=began, ended=ended)
