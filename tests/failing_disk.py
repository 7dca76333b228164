"""A disk that fails as told, behind the store's connection."""

import sqlite3
import threading
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

from monitor.adapters.sqlite_store.database import Cursor, DatabaseConnection, connect

IO_ERROR = sqlite3.SQLITE_IOERR_FSYNC
FULL = sqlite3.SQLITE_FULL
READ_ONLY = sqlite3.SQLITE_READONLY
CORRUPT = sqlite3.SQLITE_CORRUPT
_WORDS = {
    IO_ERROR: "disk I/O error",
    FULL: "database or disk is full",
    READ_ONLY: "attempt to write",
    CORRUPT: "malformed",
}

Plan = Callable[[str], bool]
"""Whether a statement is to fail; called once for each, in order."""


class FailingDisk:
    """Gives connections whose statements fail by `plan` with `code`; `injected` counts how often.

    `is_late`: the statement is carried out first, as when the answer to an fsync is what was lost.
    """

    def __init__(self) -> None:
        self.plan: Plan = lambda _sql: False
        self.code = IO_ERROR
        self.is_late = False
        self.injected = 0
        self.statements = 0
        self.gate = threading.Event()
        self.gate.set()

    def connect(self, path: Path) -> DatabaseConnection:
        """Open a file that is on this disk."""
        return _FailingConnection(connect(path), self)

    def heal(self) -> None:
        """Let everything succeed from now on."""
        self.plan = lambda _sql: False

    def carry_out(self, sql: str, statement: Callable[[], Cursor]) -> Cursor:
        """Do a statement, or fail."""
        self.gate.wait()
        self.statements += 1
        if not self.plan(sql):
            return statement()
        self.injected += 1
        if self.is_late:
            statement()
        error = sqlite3.OperationalError(_WORDS[self.code])
        error.sqlite_errorcode = self.code
        raise error


class _FailingConnection:
    def __init__(self, connection: DatabaseConnection, disk: FailingDisk) -> None:
        self._connection = connection
        self._disk = disk

    def execute(self, sql: str, parameters: tuple[Any, ...] = (), /) -> Cursor:
        return self._disk.carry_out(sql, lambda: self._connection.execute(sql, parameters))

    def executemany(self, sql: str, parameters: Iterable[tuple[Any, ...]], /) -> Cursor:
        return self._disk.carry_out(sql, lambda: self._connection.executemany(sql, parameters))

    def executescript(self, sql: str, /) -> Cursor:
        return self._disk.carry_out(sql, lambda: self._connection.executescript(sql))

    def close(self) -> None:
        self._connection.close()


def each_of(numbers: set[int]) -> Plan:
    """Let these statements fail, counted from 0."""
    counted = count()
    return lambda _sql: next(counted) in numbers
