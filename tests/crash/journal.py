"""The journal in a file that was left behind."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

_JOURNAL = (
    "SELECT seq, alertname, subject, state, at_wall, since_wall FROM journal WHERE seq > ? ORDER BY seq"
)


class Step(NamedTuple):
    """One row of the journal; `at` and `since` are unix seconds."""

    seq: int
    name: str
    subject: str
    state: str
    at: float
    since: float


def journal_of(folder: Path, *, after: int = 0) -> list[Step]:
    """Return the steps numbered higher than `after`.

    They are read from a copy, as nobody but posmon is to repair the original; AssertionError when SQLite
    does not find it sound.
    """
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for name in ("posmon.db", "posmon.db-wal"):
        if (folder / name).exists():
            shutil.copy(folder / name, copy / name)
    with closing(sqlite3.connect(copy / "posmon.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'journal'").fetchall():
            return []
        return [Step(*row) for row in connection.execute(_JOURNAL, (after,))]
