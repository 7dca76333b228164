"""What SQLite and the system say of a failing disk, in posmon's words."""

import errno
import sqlite3

from monitor.domain.errors import Fault, InvalidDocument

_PRIMARY = 0xFF
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_WORDS = {
    sqlite3.SQLITE_FULL: "disk full",
    sqlite3.SQLITE_IOERR: "I/O error",
    sqlite3.SQLITE_READONLY: "file is read-only",
    sqlite3.SQLITE_BUSY: "file is locked by another program",
    sqlite3.SQLITE_LOCKED: "file is locked by another program",
    sqlite3.SQLITE_CANTOPEN: "file cannot be opened",
    sqlite3.SQLITE_PERM: "no permission",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_CORRUPT: "file is corrupt",
    sqlite3.SQLITE_NOTADB: "file is corrupt",
}
OVERDUE = "disk does not answer"


class StoreRefused(InvalidDocument):
    """The file cannot be this posmon's store; it was left as it is."""

    def __init__(self, source: object, reason: str) -> None:
        super().__init__([Fault(source=str(source), reason=reason)])


def is_corrupt(error: Exception) -> bool:
    """Tell whether the file itself is damaged, so that no retry can help."""
    return isinstance(error, sqlite3.Error) and _code(error) in _CORRUPT


def words_for(error: Exception) -> str:
    """Return why nothing can be written, as a phrase."""
    if isinstance(error, sqlite3.Error):
        return _WORDS.get(_code(error), f"SQLite: {error}")
    if isinstance(error, OSError):
        return "disk full" if error.errno in _FULL else f"{error.strerror or error}"
    return f"{type(error).__name__}: {error}"


def _code(error: sqlite3.Error) -> int:
    # Errors of the module itself, such as "cannot operate on a closed database", have no code.
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY
