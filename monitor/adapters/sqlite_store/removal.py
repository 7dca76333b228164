"""A store whose file somebody removed while it was open: all of it is still there, under no name."""

import os
from pathlib import Path

import structlog

from monitor.adapters.sqlite_store.database import DatabaseConnection

log = structlog.get_logger()


def is_gone(path: Path) -> bool:
    """Tell whether nothing stands at `path`; a directory that may not be searched says nothing of it."""
    try:
        path.stat()
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    return False


def write_anew(connection: DatabaseConnection, path: Path) -> None:
    """Write all that an open but removed file holds to `path`, mode 0600, and close the connection.

    It appears under its name when it is durable. Raises sqlite3.Error or OSError when it cannot be written.
    """
    log.error("store.file_gone", path=str(path))
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection.execute("VACUUM INTO ?", (str(partial),))
    # SQLite removes a write-ahead log by its name: it must be gone before the new file has one.
    connection.close()
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    _flush(partial)
    partial.replace(path)
    _flush(path.parent)
    log.warning("store.written_anew", path=str(path))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
