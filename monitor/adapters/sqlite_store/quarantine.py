"""Setting a damaged file aside, and copying its readable rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from monitor.adapters.sqlite_store.availability import AVAILABILITY_TABLES
from monitor.adapters.sqlite_store.database import Connect, DatabaseConnection, recognise
from monitor.adapters.sqlite_store.failures import StoreRefused

KEPT = 5
"""So many damaged files are kept; a broken disk must not fill up with them."""

_TABLES = (
    "receivers",
    "alerts",
    "terminals",
    "events",
    "outbox",
    "journal",
    "trend",
    "on_call",
    "actions",
    "discovered",
    "device_record",
    "told",
    "held",
    "sent_digests",
    *AVAILABILITY_TABLES,
    "tickets",
)
_SIDECARS = ("", "-wal", "-shm")

log = structlog.get_logger()


def quarantine(path: Path, reason: str, wall: float) -> Path:
    """Rename a damaged file and what belongs to it to `<name>.corrupt-<UTC time>`; return the new name."""
    stamp = datetime.fromtimestamp(wall, UTC).strftime("%Y%m%dT%H%M%S")
    number, aside = 0, path.with_name(f"{path.name}.corrupt-{stamp}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.corrupt-{stamp}.{number}")
    for end in _SIDECARS:
        with suppress(FileNotFoundError):
            Path(f"{path}{end}").rename(f"{aside}{end}")
    log.error("store.quarantined", path=str(path), quarantined_as=str(aside), reason=reason)
    _forget_oldest(path)
    return aside


def salvage(aside: Path, connection: DatabaseConnection, connect: Connect) -> None:
    """Copy the rows of a damaged file that can still be read."""
    taken: dict[str, int] = {}
    try:
        with closing(connect(aside)) as damaged:
            if recognise(damaged, aside) == recognise(connection, aside):
                taken = _take_over(damaged, connection)
    except (sqlite3.Error, StoreRefused):
        pass  # nothing of it can be read
    log.warning("store.salvaged", rows=taken)


def _take_over(damaged: DatabaseConnection, connection: DatabaseConnection) -> dict[str, int]:
    taken = {}
    connection.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        taken[table] = 0
        for row in _readable(damaged, f"SELECT * FROM {table}"):  # nosec B608 # noqa: S608 - a constant
            places = ", ".join("?" * len(row))
            with suppress(sqlite3.IntegrityError):
                connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({places})", row)  # nosec B608 # noqa: S608 - constants
                taken[table] += 1
    for row in _readable(damaged, "SELECT at_s, at_wall, last_seq FROM progress"):
        connection.execute("UPDATE progress SET at_s = ?, at_wall = ?, last_seq = ?", row)
    connection.execute(
        "UPDATE progress SET last_seq = max(last_seq, (SELECT coalesce(max(seq), 0) FROM journal)),"
        " at_s = max(at_s, (SELECT coalesce(max(at_s), 0.0) FROM journal))"
    )
    connection.execute("COMMIT")
    return taken


def _readable(damaged: DatabaseConnection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows up to the first that cannot be read."""
    try:
        cursor = damaged.execute(query)
        while (row := cursor.fetchone()) is not None:
            yield row
    except sqlite3.DatabaseError:
        return


def _forget_oldest(path: Path) -> None:
    aside = [found for found in path.parent.glob(f"{path.name}.corrupt-*") if not _is_sidecar(found)]
    for old in sorted(aside, key=lambda found: found.name)[:-KEPT]:
        for end in _SIDECARS:
            Path(f"{old}{end}").unlink(missing_ok=True)


def _is_sidecar(path: Path) -> bool:
    return path.name.endswith(_SIDECARS[1:])
