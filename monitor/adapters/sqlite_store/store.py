"""The Store port on one SQLite file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from monitor.adapters.sqlite_store.availability import REPORTS_KEPT_S
from monitor.adapters.sqlite_store.backlog import CAPACITY, Backlog
from monitor.adapters.sqlite_store.database import (
    Connect,
    DatabaseConnection,
    connect,
    migrations,
    recognise,
)
from monitor.adapters.sqlite_store.failures import OVERDUE, StoreRefused, words_for
from monitor.adapters.sqlite_store.health import StoreCondition
from monitor.adapters.sqlite_store.past_reader import NO_BOUND, PastReader, answered
from monitor.adapters.sqlite_store.queries import (
    last_event,
    read_all,
    read_events,
    read_history,
)
from monitor.adapters.sqlite_store.retention import EVENTS_KEPT_S, JOURNAL_KEPT_S, Retention
from monitor.adapters.sqlite_store.run_clock import RunClock
from monitor.adapters.sqlite_store.session import Session
from monitor.adapters.sqlite_store.store_lock import StoreLock
from monitor.adapters.sqlite_store.writer_thread import WriterThread
from monitor.domain.alerts.alert import Transition
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.instant import Instant
from monitor.domain.persistence.record import Record, Remembered, StoreHealth
from monitor.ports.clock import Clock

PATIENCE_S = 5.0
"""A disk that has not answered for so long counts as one that fails."""

START_PATIENCE_S = 120.0
"""At the start there is more to read, and more to lose by not reading it."""

EVENTS_AT_ONCE = 1_000
"""So many events are read in one go: reading takes the processor from the event loop's thread."""

RETRY_S = 0.5

Value = TypeVar("Value")

log = structlog.get_logger()


class SqliteStore(PastReader):
    """What `open_store` gives; nothing here raises because of the disk, and nothing waits for it for long."""

    def __init__(
        self,
        *,
        path: Path,
        connect: Connect,
        run: RunClock,
        session: Session,
        writer: WriterThread,
        vitals: StoreCondition,
        patience_s: float,
    ) -> None:
        super().__init__(path=path, connect=connect, run=run, vitals=vitals, patience_s=patience_s)
        self._path = path
        self._session = session
        self._writer = writer
        self._events_through = 0

    @property
    def health(self) -> StoreHealth:
        """How the store gets on."""
        vitals = self._vitals
        return StoreHealth(
            fault=vitals.fault,
            waiting=self._writer.waiting,
            lost=vitals.lost,
            quarantined=vitals.quarantined,
            unreadable=vitals.unreadable,
            committed=vitals.committed,
        )

    async def load(self, now: Instant) -> Remembered:
        """Return what earlier runs have left; nothing when the disk does not let it be read."""
        self._run.begin(now)
        try:
            return await answered(self._reader.do(self._read_all), START_PATIENCE_S)
        except (sqlite3.Error, OSError, StoreRefused) as error:
            self._session.was_missed = True
            log.error("store.not_loaded", reason=words_for(error))  # noqa: TRY400 - the reason says it
            return Remembered()

    async def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield what earlier runs have counted, oldest first, in portions; see the port."""
        reached = 0
        try:
            connection = await answered(self._reader.do(self._open), START_PATIENCE_S)
            try:
                while reached < self._events_through:
                    read = partial(
                        read_events,
                        connection,
                        self._run,
                        self._vitals,
                        after=reached,
                        through=self._events_through,
                        limit=EVENTS_AT_ONCE,
                    )
                    found, reached = await answered(self._reader.do(read), START_PATIENCE_S)
                    yield found
            finally:
                self._reader.do(connection.close)
        except (sqlite3.Error, OSError) as error:
            log.error("store.events_not_loaded", reason=words_for(error))  # noqa: TRY400 - as above

    async def commit(self, record: Record) -> None:
        """Make `record` durable, or know that the disk fails and keep it; see the port."""
        submitted = self._writer.submit(record)
        if self._vitals.fault:
            return
        settled = asyncio.wrap_future(submitted)
        await asyncio.wait({settled}, timeout=self._patience_s)
        if not settled.done():
            self._vitals.failed(OVERDUE)

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return the last `limit` transitions about `subject`, newest first; those that wait count too."""
        waiting = self._writer.unwritten()
        found = [row.transition for row in reversed(waiting) if row.transition.subject == subject][:limit]
        before = self._run.seq(waiting[0].seq) if waiting else NO_BOUND
        if len(found) < limit:
            found += await self._read_history(subject, before, limit - len(found))
        return found[: max(0, limit)]

    async def close(self) -> None:
        """Write what waits, if the disk lets it."""
        ended = asyncio.wrap_future(self._writer.close())
        await asyncio.wait({ended}, timeout=self._patience_s)
        self._reader.close()

    async def _read_history(self, subject: str, before: int, limit: int) -> Sequence[Transition]:
        def read(connection: DatabaseConnection) -> tuple[Transition, ...]:
            return read_history(connection, self._vitals, subject, before=before, limit=limit)

        return self._run.to_monotonic(await self._lines(read, "store.history_unread"))

    def _read_all(self) -> Remembered:
        def read(connection: DatabaseConnection) -> Remembered:
            if recognise(connection, self._path) != len(migrations()):
                raise StoreRefused(self._path, "is not yet of the present schema")
            self._run.go_on(*connection.execute("SELECT at_s, last_seq FROM progress").fetchone())
            self._events_through = last_event(connection)
            return read_all(connection, self._run, self._vitals)

        return self._reading(read)


@asynccontextmanager
async def open_store(
    path: Path,
    *,
    clock: Clock,
    journal_kept_s: float = JOURNAL_KEPT_S,
    events_kept_s: float = EVENTS_KEPT_S,
    reports_kept_s: float = REPORTS_KEPT_S,
    connect: Connect = connect,
    patience_s: float = PATIENCE_S,
    retry_s: float = RETRY_S,
    capacity: int = CAPACITY,
) -> AsyncIterator[SqliteStore]:
    """Open the store at `path`, made when it is not there; leaving writes what waits.

    Raises StoreRefused when the file is not posmon's, of a newer schema, in use by another posmon, or its
    path leads nowhere. A damaged file is put aside; a disk that fails, or may not be written, is waited for.
    """
    vitals, run = StoreCondition(), RunClock(clock.now())
    retention = Retention(
        journal_kept_s=journal_kept_s, events_kept_s=events_kept_s, reports_kept_s=reports_kept_s
    )
    session = Session(path=path, connect=connect, clock=clock, run=run, vitals=vitals, retention=retention)

    def write(backlog: Backlog) -> None:
        lock.take()
        session.write(backlog)

    writer = WriterThread(work=write, end=session.close, vitals=vitals, retry_s=retry_s, capacity=capacity)
    with StoreLock(path) as lock:
        await _opened(writer, vitals)
        store = SqliteStore(
            path=path,
            connect=connect,
            run=run,
            session=session,
            writer=writer,
            vitals=vitals,
            patience_s=patience_s,
        )
        try:
            yield store
        finally:
            await store.close()


async def _opened(writer: WriterThread, vitals: StoreCondition) -> None:
    """Wait until the file is open, or until it is known that it cannot be opened now."""
    try:
        await answered(writer.start(), START_PATIENCE_S)
    except TimeoutError:
        vitals.failed(OVERDUE)
