"""One SQLite file: opened, recognised, brought to the present schema."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from monitor.adapters.sqlite_store.failures import StoreRefused

APPLICATION_ID = 0x706F736D
"""The letters "posm" in the file's header."""

_BUSY_TIMEOUT_S = 2.0


class Cursor(Protocol):
    """What a statement gives."""

    def fetchone(self) -> Any: ...  # noqa: ANN401, D102
    def __iter__(self) -> Iterator[Any]: ...
    def fetchall(self) -> list[Any]: ...  # noqa: D102


class DatabaseConnection(Protocol):
    """As much of sqlite3.Connection as the store needs; tests put a failing disk behind it."""

    def execute(self, sql: str, parameters: tuple[Any, ...] = ..., /) -> Cursor: ...  # noqa: D102
    def executemany(self, sql: str, parameters: Iterable[tuple[Any, ...]], /) -> Cursor: ...  # noqa: D102
    def executescript(self, sql: str, /) -> Cursor: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


Connect = Callable[[Path], DatabaseConnection]


def connect(path: Path) -> DatabaseConnection:
    """Open a file that is there; transactions are begun by hand."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )


def migrations() -> list[str]:
    """Return the scripts that lead from one schema version to the next, from 0 on."""
    folder = files("monitor.adapters.sqlite_store") / "migrations"
    scripts = sorted((item for item in folder.iterdir() if item.name.endswith(".sql")), key=lambda i: i.name)
    return [script.read_text(encoding="utf-8") for script in scripts]


def open_for_writing(path: Path, connect: Connect) -> DatabaseConnection:
    """Return a connection to a sound file of the present schema; made (mode 0600) when it is not there.

    Raises StoreRefused for a file that is not posmon's or of a newer schema, sqlite3.Error or OSError when
    it cannot be opened, sqlite3.DatabaseError with SQLITE_CORRUPT or SQLITE_NOTADB when it is damaged.
    """
    _make(path)
    connection = connect(path)
    try:
        version = recognise(connection, path)
        if version == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        _check(connection)
        _migrate(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path) -> None:
    """Make an empty file that only its owner may read; one that is there is not touched.

    Were it opened and closed here, the locks that SQLite holds on it in this process would go (POSIX).
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def open_for_reading(path: Path, connect: Connect) -> DatabaseConnection:
    """Return a connection that never writes; the file must be there and is not checked."""
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def recognise(connection: DatabaseConnection, path: Path) -> int:
    """Return the schema version of a file, 0 of an empty one; raises StoreRefused when it is not ours."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreRefused(path, "is an SQLite file, but no store of posmon's; name another in storage.path")
    known = len(migrations())
    if version > known:
        raise StoreRefused(
            path,
            f"has schema version {version}, this posmon knows up to {known}; "
            "run the newer posmon, or name another file in storage.path",
        )
    return int(version)


def _check(connection: DatabaseConnection) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        error = sqlite3.DatabaseError(verdict)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _migrate(connection: DatabaseConnection, version: int) -> None:
    for number, script in enumerate(migrations()[version:], start=version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;"  # all or nothing
        )
