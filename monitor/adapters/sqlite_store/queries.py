"""What earlier runs have left, and the journal of one subject."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import structlog

from monitor.adapters.sqlite_store.availability import (
    ProfileReader,
    latest_profile_rows,
    open_episode_rows,
    read_episode,
    read_rule_in_force,
    rule_in_force_rows,
    watched_until,
)
from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.adapters.sqlite_store.device_record import entry_rows
from monitor.adapters.sqlite_store.documents import TRANSITION_COLUMNS, read, read_event, transition
from monitor.adapters.sqlite_store.health import StoreCondition
from monitor.adapters.sqlite_store.on_call import action_rows, last_action, read_rule, rule_rows
from monitor.adapters.sqlite_store.run_clock import RunClock
from monitor.adapters.sqlite_store.samples import read_samples
from monitor.adapters.sqlite_store.told import message_rows, read_digests, read_span, span_rows
from monitor.domain.alerts.alert import Alert, Transition
from monitor.domain.availability.facts import AvailabilityMemory
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.events.deduplication import event_keys
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import Entry
from monitor.domain.notification.ticket import Ticket
from monitor.domain.notification.told import HeldSpan, ToldMessage
from monitor.domain.on_call.action import Action, OnCallMemory
from monitor.domain.persistence.record import Remembered
from monitor.domain.rhythm.absence import Absence
from monitor.domain.sources.discovery import DiscoveredTerminal

Value = TypeVar("Value")

_HISTORY = (
    f"SELECT {TRANSITION_COLUMNS} FROM journal"  # nosec B608 # noqa: S608 - a constant
    " WHERE subject = ? AND seq < ? ORDER BY seq DESC LIMIT ?"
)
_STEPS = (
    f"SELECT {TRANSITION_COLUMNS}, seq FROM journal"  # nosec B608 # noqa: S608 - a constant
    " WHERE (at_wall, seq) > (?, ?) AND at_wall < ? ORDER BY at_wall, seq LIMIT ?"
)
_ENDED = (
    "SELECT subject, since_wall, at_wall, since_s, at_s FROM journal"
    # Without the plus SQLite might go through the whole period by its time.
    " WHERE subject = ? AND +at_wall >= ? AND +at_wall < ?"
    " AND alertname = ? AND previous = 'firing' AND state = 'resolved' ORDER BY seq"
)
_UNTOLD = f"SELECT {TRANSITION_COLUMNS} FROM journal WHERE told AND seq > ? ORDER BY seq"  # nosec B608 # noqa: S608 - constants
_EVENT_KEYS = "SELECT terminal_id, event_id, told_s FROM events ORDER BY id"
_LAST_EVENT = "SELECT coalesce(max(id), 0) FROM events"
_EVENTS = (
    "SELECT terminal_id, told_s, type, heard_s, heard_wall, document, id FROM events"
    " WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
)

log = structlog.get_logger()


def read_all(connection: DatabaseConnection, run: RunClock, vitals: StoreCondition) -> Remembered:
    """Return all that is remembered, told on this run's clock.

    What cannot be understood is left out, logged and counted in `vitals`, here and below.
    """
    connection.execute("BEGIN")
    try:
        receivers = dict(connection.execute("SELECT name, told_through FROM receivers").fetchall())
        return Remembered(
            alerts=run.to_monotonic(_documents(connection, vitals, "alerts", Alert)),
            terminals=run.to_monotonic(_documents(connection, vitals, "terminals", TerminalMemory)),
            event_keys=event_keys(connection.execute(_EVENT_KEYS)),
            outboxes={name: run.to_monotonic(_entries(connection, vitals, name)) for name in receivers},
            untold={
                name: run.to_monotonic(_untold(connection, vitals, seq)) for name, seq in receivers.items()
            },
            samples=read_samples(connection),
            on_call=_on_call(connection, vitals),
            discovered=run.to_monotonic(_documents(connection, vitals, "discovered", DiscoveredTerminal)),
            digests=read_digests(connection),
            availability=_availability(connection, vitals),
            tickets=_documents(connection, vitals, "tickets", Ticket),
        )
    finally:
        connection.execute("COMMIT")


def read_history(
    connection: DatabaseConnection, vitals: StoreCondition, subject: str, *, before: int, limit: int
) -> tuple[Transition, ...]:
    """Return the last `limit` transitions about `subject` below the number `before`, newest first."""
    rows = connection.execute(_HISTORY, (subject, before, limit)).fetchall()
    return _understood(vitals, "journal", rows, transition)


def read_steps(
    connection: DatabaseConnection,
    vitals: StoreCondition,
    *,
    after: tuple[float, int],
    until: float,
    limit: int,
) -> tuple[tuple[Transition, ...], tuple[float, int] | None]:
    """Return up to `limit` transitions before the wall time `until`, oldest first, and where to go on.

    `after` is the wall time and number of the one before the first; None: there are no more.
    """
    rows = connection.execute(_STEPS, (*after, until, limit)).fetchall()
    found = _understood(vitals, "journal", rows, lambda row: transition(row[:-1]))
    return found, (rows[-1][1], rows[-1][-1]) if len(rows) == limit else None


def read_absences(
    connection: DatabaseConnection, alertname: str, subjects: Iterable[str], *, since: float, until: float
) -> tuple[Absence, ...]:
    """Return when subjects had an alert firing, of those that ended in a period, oldest first of each."""
    found = []
    for subject in subjects:
        rows = connection.execute(_ENDED, (subject, since, until, alertname))
        for about, since_wall, at_wall, since_s, at_s in rows:
            unwatched_s = max(0.0, (at_wall - since_wall) - (at_s - since_s))
            found.append(Absence(about, since_wall, at_wall, unwatched_s))
    return tuple(found)


def read_actions(
    connection: DatabaseConnection, vitals: StoreCondition, *, before: int, limit: int
) -> tuple[Action, ...]:
    """Return the last `limit` actions below the number `before`, newest first."""
    rows = action_rows(connection, before=before, limit=limit)
    return _understood(vitals, "actions", rows, lambda row: read(row[0], Action))


def read_entries(
    connection: DatabaseConnection,
    vitals: StoreCondition,
    terminal_id: str,
    *,
    before: tuple[float, str],
    limit: int,
) -> tuple[DeviceEntry, ...]:
    """Return the last `limit` lines of a terminal's device record before a time and id, newest first."""
    rows = entry_rows(connection, terminal_id, before=before, limit=limit)
    return _understood(vitals, "device_record", rows, lambda row: read(row[0], DeviceEntry))


def read_told(
    connection: DatabaseConnection,
    vitals: StoreCondition,
    *,
    after: tuple[float, str],
    until: float,
    limit: int,
) -> tuple[tuple[ToldMessage, ...], tuple[float, str] | None]:
    """Return up to `limit` messages before the wall time `until`, oldest first, and where to go on.

    `after` are time and receiver of the one before the first; None: there are no more.
    """
    rows = message_rows(connection, after=after, until=until, limit=limit)
    found = _understood(vitals, "told", rows, lambda row: read(row[0], ToldMessage))
    return found, (rows[-1][1], rows[-1][2]) if len(rows) == limit else None


def read_held(
    connection: DatabaseConnection, vitals: StoreCondition, *, since: float, until: float, limit: int
) -> tuple[HeldSpan, ...]:
    """Return up to `limit` spans that touch a period, oldest first."""
    rows = span_rows(connection, since=since, until=until, limit=limit)
    return _understood(vitals, "held", rows, read_span)


def last_event(connection: DatabaseConnection) -> int:
    """Return the number of the last event that is remembered, 0 without one."""
    (number,) = connection.execute(_LAST_EVENT).fetchone()
    return int(number)


def read_events(
    connection: DatabaseConnection,
    run: RunClock,
    vitals: StoreCondition,
    *,
    after: int,
    through: int,
    limit: int,
) -> tuple[Sequence[SeenEvent], int]:
    """Return up to `limit` events numbered `after` to `through`, oldest first, and their last number.

    That is `through` when there are no more.
    """

    def seen(row: tuple[Any, ...]) -> SeenEvent:
        terminal_id, told_s, kind, heard_s, heard_wall, written, _ = row
        return SeenEvent(
            terminal_id=terminal_id,
            event=read_event(kind, written),
            heard_at=run.to_monotonic(Instant(heard_s, heard_wall)),
            told_s=told_s,
        )

    rows = connection.execute(_EVENTS, (after, through, limit)).fetchall()
    return _understood(vitals, "events", rows, seen), rows[-1][-1] if rows else through


def _documents(
    connection: DatabaseConnection, vitals: StoreCondition, table: str, kind: type[Value]
) -> tuple[Value, ...]:
    rows = connection.execute(f"SELECT document FROM {table}").fetchall()  # nosec B608 # noqa: S608 - a constant
    return _understood(vitals, table, rows, lambda row: read(row[0], kind))


def _on_call(connection: DatabaseConnection, vitals: StoreCondition) -> OnCallMemory:
    rules = _understood(vitals, "on_call", rule_rows(connection), read_rule)
    return OnCallMemory(rules=rules, last_action=last_action(connection))


def _availability(connection: DatabaseConnection, vitals: StoreCondition) -> AvailabilityMemory:
    profiles = latest_profile_rows(connection)
    return AvailabilityMemory(
        episodes=_understood(vitals, "open_episodes", open_episode_rows(connection), read_episode),
        profiles=_understood(vitals, "profiles", profiles, ProfileReader().read),
        rules=_understood(vitals, "rules_in_force", rule_in_force_rows(connection), read_rule_in_force),
        watched_until=watched_until(connection),
    )


def _entries(connection: DatabaseConnection, vitals: StoreCondition, receiver: str) -> tuple[Entry, ...]:
    rows = connection.execute("SELECT document FROM outbox WHERE receiver = ? ORDER BY id", (receiver,))
    return _understood(vitals, "outbox", rows.fetchall(), lambda row: read(row[0], Entry))


def _untold(
    connection: DatabaseConnection, vitals: StoreCondition, told_through: int
) -> tuple[Transition, ...]:
    rows = connection.execute(_UNTOLD, (told_through,)).fetchall()
    return _understood(vitals, "journal", rows, transition)


def _understood(
    vitals: StoreCondition,
    table: str,
    rows: Iterable[tuple[Any, ...]],
    take: Callable[[tuple[Any, ...]], Value],
) -> tuple[Value, ...]:
    values, bad = [], []
    for row in rows:
        try:
            values.append(take(row))
        except (ValueError, msgspec.MsgspecError) as error:
            bad.append(str(error))
    if bad:
        vitals.unreadable += len(bad)
        log.error("store.unreadable_rows", table=table, rows=len(bad), first=bad[0])
    return tuple(values)
