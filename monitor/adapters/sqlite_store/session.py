"""The file as the writer's thread has it open, from one failure to the next."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from monitor.adapters.sqlite_store.backlog import Backlog
from monitor.adapters.sqlite_store.database import Connect, DatabaseConnection, open_for_writing
from monitor.adapters.sqlite_store.failures import is_corrupt
from monitor.adapters.sqlite_store.health import StoreCondition
from monitor.adapters.sqlite_store.quarantine import quarantine, salvage
from monitor.adapters.sqlite_store.removal import is_gone, write_anew
from monitor.adapters.sqlite_store.retention import Retention
from monitor.adapters.sqlite_store.run_clock import RunClock
from monitor.adapters.sqlite_store.statements import write
from monitor.ports.clock import Clock

PRUNE_EVERY_S = 60.0


class Session:
    """Writes backlogs; after any failure the file is closed, and opened anew for the next.

    A damaged file is put aside, and what comes is written to a new one that takes over what can still be
    read. One that was removed while it was open is written anew. Belongs to one thread. `was_missed` tells
    that this run could not read what was in the file: then the open alerts and outboxes in it are of no run
    any more, and go before the first commit.
    """

    def __init__(
        self,
        *,
        path: Path,
        connect: Connect,
        clock: Clock,
        run: RunClock,
        vitals: StoreCondition,
        retention: Retention,
    ) -> None:
        self._path = path
        self._connect = connect
        self._clock = clock
        self._run = run
        self._vitals = vitals
        self._retention = retention
        self._connection: DatabaseConnection | None = None
        self._prune_due_s = 0.0
        self.was_missed = False

    def write(self, backlog: Backlog) -> None:
        """Make a backlog durable; an empty one sees to it that the file is open and sound.

        Raises StoreRefused, sqlite3.Error or OSError.
        """
        try:
            self._write(backlog)
        except sqlite3.Error as error:
            self.close()
            if not is_corrupt(error):
                raise
            self._replace(error)
            self._write(backlog)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; what was not committed is not in it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _write(self, backlog: Backlog) -> None:
        if self._connection is not None and is_gone(self._path):
            write_anew(self._connection, self._path)
            self._connection = None
        connection = self._connection or self._open()
        if backlog.at is not None:
            self._forget_missed(connection)
            write(connection, backlog, self._run)
            self._prune(connection, backlog)

    def _open(self) -> DatabaseConnection:
        self._connection = connection = open_for_writing(self._path, self._connect)
        self._run.go_on(*connection.execute("SELECT at_s, last_seq FROM progress").fetchone())
        return connection

    def _forget_missed(self, connection: DatabaseConnection) -> None:
        if self.was_missed:
            connection.executescript("BEGIN; DELETE FROM alerts; DELETE FROM receivers; COMMIT;")
            self.was_missed = False

    def _replace(self, error: sqlite3.Error) -> None:
        aside = quarantine(self._path, str(error), self._clock.now().wall)
        self._vitals.quarantined += 1
        fresh = open_for_writing(self._path, self._connect)
        try:
            salvage(aside, fresh, self._connect)
        finally:
            fresh.close()

    def _prune(self, connection: DatabaseConnection, backlog: Backlog) -> None:
        assert backlog.at is not None  # noqa: S101 - asked by the caller
        if backlog.at.monotonic < self._prune_due_s:
            return
        is_unfinished = self._retention.prune(connection, self._run.to_running(backlog.at))
        self._prune_due_s = backlog.at.monotonic + (0.0 if is_unfinished else PRUNE_EVERY_S)
