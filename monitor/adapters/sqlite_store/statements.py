"""A backlog as one transaction."""

from collections.abc import Iterator
from dataclasses import replace

from monitor.adapters.sqlite_store.availability import write_availability
from monitor.adapters.sqlite_store.backlog import Backlog, OutboxBacklog
from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.adapters.sqlite_store.device_record import write_entries
from monitor.adapters.sqlite_store.documents import (
    StoredColumns,
    document,
    event_type,
    identity,
    journal_columns,
    text,
)
from monitor.adapters.sqlite_store.on_call import write_actions, write_rules
from monitor.adapters.sqlite_store.run_clock import RunClock
from monitor.adapters.sqlite_store.samples import write_samples
from monitor.adapters.sqlite_store.told import write_told
from monitor.domain.instant import Instant

_JOURNAL = "INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ALERT = "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?)"
_NO_ALERT = "DELETE FROM alerts WHERE alertname = ? AND subject = ?"
_TERMINAL = "INSERT OR REPLACE INTO terminals VALUES (?, ?)"
_NO_TERMINAL = "DELETE FROM terminals WHERE terminal_id = ?"
_DISCOVERED = "INSERT OR REPLACE INTO discovered VALUES (?, ?)"
_NOT_DISCOVERED = "DELETE FROM discovered WHERE terminal_id = ?"
_TICKET = "INSERT OR REPLACE INTO tickets VALUES (?, ?, ?)"
_NO_TICKET = "DELETE FROM tickets WHERE receiver = ? AND ref = ?"
_EVENT = (
    "INSERT INTO events (terminal_id, event_id, told_s, type, heard_s, heard_wall, document)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET type = excluded.type, heard_s = excluded.heard_s,"
    " heard_wall = excluded.heard_wall, document = excluded.document"
)
_RECEIVER = (
    "INSERT INTO receivers VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET told_through = excluded.told_through, named_s = excluded.named_s"
)
_ENTRY = (
    "INSERT INTO outbox (receiver, identity, document) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET document = excluded.document"
)
_NO_ENTRY = "DELETE FROM outbox WHERE receiver = ? AND identity = ?"
_PROGRESS = "UPDATE progress SET at_s = ?, at_wall = ?, last_seq = ?"


def write(connection: DatabaseConnection, backlog: Backlog, run: RunClock) -> None:
    """Make a backlog durable; raises sqlite3.Error when nothing of it is, or when that is not known."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_JOURNAL, _journal(backlog, run))
    _write_alerts(connection, backlog, run)
    _write_terminals(connection, backlog, run)
    _write_discovered(connection, backlog, run)
    _write_tickets(connection, backlog)
    connection.executemany(_EVENT, _events(backlog, run))
    at = run.to_running(backlog.at or Instant(0.0, 0.0))
    for name, outbox in backlog.outboxes.items():
        connection.execute(_RECEIVER, (text(name), run.seq(outbox.told_through), at.monotonic))
        _write_outbox(connection, text(name), outbox, run)
    write_samples(connection, backlog.samples)
    write_rules(connection, backlog.on_call)
    write_actions(connection, backlog.actions)
    write_entries(connection, backlog.device_entries.values())
    for told in backlog.told:
        write_told(connection, told)
    write_availability(connection, backlog.facts.changes())
    if backlog.at is not None:
        connection.execute(_PROGRESS, (*at, run.seq(backlog.last_seq)))
    connection.execute("COMMIT")


def _journal(backlog: Backlog, run: RunClock) -> Iterator[StoredColumns]:
    for row in backlog.rows:
        moved = replace(row, seq=run.seq(row.seq), transition=run.to_running(row.transition))
        yield journal_columns(moved)


def _write_alerts(connection: DatabaseConnection, backlog: Backlog, run: RunClock) -> None:
    is_open = {key: alert for key, alert in backlog.alerts.items() if alert is not None}
    connection.executemany(
        _ALERT,
        (
            (text(name), text(subject), alert.state.value, document(run.to_running(alert)))
            for (name, subject), alert in is_open.items()
        ),
    )
    gone = backlog.alerts.keys() - is_open.keys()
    connection.executemany(_NO_ALERT, ((text(name), text(subject)) for name, subject in gone))


def _write_terminals(connection: DatabaseConnection, backlog: Backlog, run: RunClock) -> None:
    known = {name: memory for name, memory in backlog.terminals.items() if memory is not None}
    connection.executemany(
        _TERMINAL, ((text(name), document(run.to_running(memory))) for name, memory in known.items())
    )
    gone = backlog.terminals.keys() - known.keys()
    connection.executemany(_NO_TERMINAL, ((text(name),) for name in gone))


def _write_discovered(connection: DatabaseConnection, backlog: Backlog, run: RunClock) -> None:
    known = {name: found for name, found in backlog.discovered.items() if found is not None}
    connection.executemany(
        _DISCOVERED, ((name, document(run.to_running(found))) for name, found in known.items())
    )
    gone = backlog.discovered.keys() - known.keys()
    connection.executemany(_NOT_DISCOVERED, ((name,) for name in gone))


def _write_tickets(connection: DatabaseConnection, backlog: Backlog) -> None:
    known = {key: ticket for key, ticket in backlog.tickets.items() if ticket is not None}
    connection.executemany(
        _TICKET, ((text(name), text(ref), document(ticket)) for (name, ref), ticket in known.items())
    )
    gone = backlog.tickets.keys() - known.keys()
    connection.executemany(_NO_TICKET, ((text(name), text(ref)) for name, ref in gone))


def _events(backlog: Backlog, run: RunClock) -> Iterator[StoredColumns]:
    for seen in backlog.events.values():
        heard = run.to_running(seen.heard_at)
        name = text(seen.terminal_id), text(seen.event.id), seen.told_s
        yield *name, event_type(seen.event), *heard, document(seen.event)


def _write_outbox(
    connection: DatabaseConnection, receiver: str, outbox: OutboxBacklog, run: RunClock
) -> None:
    connection.executemany(_NO_ENTRY, ((receiver, identity(labels)) for labels in outbox.forgotten))
    connection.executemany(
        _ENTRY,
        (
            (receiver, identity(labels), document(run.to_running(entry)))
            for labels, entry in outbox.put.items()
        ),
    )
