"""Looking at a store, and copying it, while a daemon may be using it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.adapters.sqlite_store.availability import AVAILABILITY_TABLES
from monitor.adapters.sqlite_store.database import recognise
from monitor.adapters.sqlite_store.failures import StoreRefused, is_corrupt, words_for

TABLES = (
    "journal",
    "alerts",
    "terminals",
    "events",
    "receivers",
    "outbox",
    "trend",
    "discovered",
    "device_record",
    "told",
    *AVAILABILITY_TABLES,
    "tickets",
)

_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSummary:
    """What is in a store; sizes in bytes, times in unix seconds, None where there is none."""

    path: Path
    size: int
    wal_size: int
    schema_version: int
    rows: dict[str, int]
    oldest_step_at: float | None
    newest_step_at: float | None
    committed_at: float | None


def summarise(path: Path) -> StoreSummary:
    """Return the contents of the store at `path`; raises StoreRefused when it is no readable store."""
    with _opened(path) as connection:
        version = recognise(connection, path)
        if version == 0:
            raise StoreRefused(path, "is empty")
        rows = {table: _count(connection, table) for table in _there(connection)}
        journal = "SELECT at_wall FROM journal ORDER BY seq"
        return StoreSummary(
            path=path,
            size=path.stat().st_size,
            wal_size=_size(Path(f"{path}-wal")),
            schema_version=version,
            rows=rows,
            oldest_step_at=_one(connection, f"{journal} LIMIT 1"),
            newest_step_at=_one(connection, f"{journal} DESC LIMIT 1"),
            committed_at=_one(connection, "SELECT at_wall FROM progress") or None,
        )


def check(path: Path) -> list[str]:
    """Return the damage of the store at `path`; raises StoreRefused when it is no store."""
    try:
        with _opened(path) as connection:
            recognise(connection, path)
            found = connection.execute(f"PRAGMA integrity_check({_MOST_FAULTS})").fetchall()
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    except _Damaged as error:
        return [str(error)]
    faults = [text for (text,) in found if text != "ok"]
    return faults + [f"{table}: row {row} belongs to nothing" for table, row, *_ in strays]


def back_up(path: Path, target: Path, *, force: bool) -> None:
    """Write a copy of the store as it is at one moment; it appears under its name when it is durable.

    Raises StoreRefused when there is something at `target` already and not `force`, or when either file
    cannot be used.
    """
    _refuse_target(path, target, force=force)
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with _opened(path) as connection:
            recognise(connection, path)
            _copy(connection, partial)
        _flush(partial)
        partial.replace(target)
        _flush(target.parent)
    except OSError as error:
        raise StoreRefused(target, f"cannot be written: {words_for(error)}") from error
    finally:
        partial.unlink(missing_ok=True)


class _Damaged(StoreRefused):
    """The contents of the file cannot be read."""


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an existing store; raises StoreRefused for any error of SQLite."""
    if not path.is_file():
        raise StoreRefused(path, "no such file")
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except sqlite3.Error as error:
        reason = f"cannot be read: {words_for(error)}"
        if is_corrupt(error):
            raise _Damaged(path, reason) from error
        raise StoreRefused(path, reason + _hint(path)) from error


def _there(connection: sqlite3.Connection) -> list[str]:
    """Return those of TABLES that the schema version of the file has."""
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return [table for table in TABLES if table in names]


def _hint(path: Path) -> str:
    if os.access(path.parent, os.W_OK):
        return ""
    return "; its directory cannot be written, which SQLite needs: copy the file elsewhere"


def _count(connection: sqlite3.Connection, table: str) -> int:
    (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # nosec B608 # noqa: S608 - one of TABLES
    return int(rows)


def _one(connection: sqlite3.Connection, query: str) -> float | None:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _refuse_target(path: Path, target: Path, *, force: bool) -> None:
    if target.exists() and path.exists() and target.samefile(path):
        raise StoreRefused(target, "is the store itself; name another file")
    if target.is_dir():
        raise StoreRefused(target, "is a directory; name a file in it")
    if target.exists() and not force:
        raise StoreRefused(target, "is there already; --force replaces it")


def _copy(connection: sqlite3.Connection, partial: Path) -> None:
    with closing(sqlite3.connect(partial, isolation_level=None)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
