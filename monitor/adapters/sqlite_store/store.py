"""The Store port on one SQLite file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing
from functools import partial
from math import inf
from pathlib import Path
from typing import TypeVar

import structlog

from monitor.adapters.sqlite_store.backlog import CAPACITY, Backlog
from monitor.adapters.sqlite_store.database import (
    Connect,
    DatabaseConnection,
    connect,
    migrations,
    open_for_reading,
    recognise,
)
from monitor.adapters.sqlite_store.failures import OVERDUE, StoreRefused, words_for
from monitor.adapters.sqlite_store.health import StoreCondition
from monitor.adapters.sqlite_store.queries import (
    last_event,
    read_absences,
    read_actions,
    read_all,
    read_entries,
    read_events,
    read_history,
    read_steps,
)
from monitor.adapters.sqlite_store.reader_thread import ReaderThread
from monitor.adapters.sqlite_store.retention import EVENTS_KEPT_S, JOURNAL_KEPT_S, Retention
from monitor.adapters.sqlite_store.run_clock import RunClock
from monitor.adapters.sqlite_store.session import Session
from monitor.adapters.sqlite_store.store_lock import StoreLock
from monitor.adapters.sqlite_store.writer_thread import WriterThread
from monitor.domain.alerts.alert import Transition
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.instant import Instant
from monitor.domain.on_call.action import Action
from monitor.domain.persistence.record import Record, Remembered, StoreHealth
from monitor.domain.rhythm.absence import Absence
from monitor.ports.clock import Clock

PATIENCE_S = 5.0
"""A disk that has not answered for so long counts as one that fails."""

START_PATIENCE_S = 120.0
"""At the start there is more to read, and more to lose by not reading it."""

EVENTS_AT_ONCE = 1_000
"""So many events are read in one go: reading takes the processor from the event loop's thread."""

STEPS_AT_ONCE = 1_000
"""So many transitions of a period are read in one go, for the same reason."""

RETRY_S = 0.5

Value = TypeVar("Value")

log = structlog.get_logger()


class SqliteStore:
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
        self._path = path
        self._connect = connect
        self._run = run
        self._session = session
        self._writer = writer
        self._vitals = vitals
        self._patience_s = patience_s
        self._reader = ReaderThread()
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
            return await _answer(self._reader.do(self._read_all), START_PATIENCE_S)
        except (sqlite3.Error, OSError, StoreRefused) as error:
            self._session.was_missed = True
            log.error("store.not_loaded", reason=words_for(error))  # noqa: TRY400 - the reason says it
            return Remembered()

    async def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield what earlier runs have counted, oldest first, in portions; see the port."""
        reached = 0
        try:
            connection = await _answer(self._reader.do(self._open), START_PATIENCE_S)
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
                    found, reached = await _answer(self._reader.do(read), START_PATIENCE_S)
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
        before = self._run.seq(waiting[0].seq) if waiting else _NO_BOUND
        if len(found) < limit:
            found += await self._read_history(subject, before, limit - len(found))
        return found[: max(0, limit)]

    async def steps(self, since: float, until: float) -> AsyncIterator[Sequence[Transition]]:
        """Yield the transitions between two wall times, oldest first, in portions; see the port."""
        reached: tuple[float, int] | None = (since, -1)
        try:
            connection = await _answer(self._reader.do(self._open), self._patience_s)
            try:
                while reached is not None:
                    read = partial(
                        read_steps, connection, self._vitals, after=reached, until=until, limit=STEPS_AT_ONCE
                    )
                    found, reached = await _answer(self._reader.do(read), self._patience_s)
                    yield self._run.to_monotonic(found)
            finally:
                self._reader.do(connection.close)
        except (sqlite3.Error, OSError) as error:
            log.warning("store.steps_unread", reason=words_for(error))

    async def absences(
        self, alertname: str, subjects: Sequence[str], *, since: float, until: float
    ) -> Sequence[Absence]:
        """Return when subjects had an alert firing, of those that ended in a period; see the port."""

        def read(connection: DatabaseConnection) -> tuple[Absence, ...]:
            return read_absences(connection, alertname, subjects, since=since, until=until)

        try:
            return await _answer(self._reader.do(lambda: self._reading(read)), self._patience_s)
        except (sqlite3.Error, OSError) as error:
            log.warning("store.absences_unread", reason=words_for(error))
            return ()

    async def actions(self, *, before: int | None = None, limit: int) -> Sequence[Action]:
        """Return the last `limit` actions numbered below `before`, newest first; see the port."""
        reached = _NO_BOUND if before is None else before

        def read(connection: DatabaseConnection) -> tuple[Action, ...]:
            return read_actions(connection, self._vitals, before=reached, limit=max(0, limit))

        return await self._lines(read, "store.actions_unread")

    async def device_record(
        self, terminal_id: str, *, before: tuple[float, str] | None = None, limit: int
    ) -> Sequence[DeviceEntry]:
        """Return the last `limit` lines of a terminal's device record, newest first; see the port."""
        reached = (inf, "") if before is None else before

        def read(connection: DatabaseConnection) -> tuple[DeviceEntry, ...]:
            return read_entries(connection, self._vitals, terminal_id, before=reached, limit=max(0, limit))

        return await self._lines(read, "store.device_record_unread")

    async def close(self) -> None:
        """Write what waits, if the disk lets it."""
        ended = asyncio.wrap_future(self._writer.close())
        await asyncio.wait({ended}, timeout=self._patience_s)
        self._reader.close()

    async def _lines(
        self, read: Callable[[DatabaseConnection], tuple[Value, ...]], unread: str
    ) -> tuple[Value, ...]:
        """Return what `read` returns; nothing, and a line `unread` in the log, where the disk fails."""
        try:
            return await _answer(self._reader.do(lambda: self._reading(read)), self._patience_s)
        except (sqlite3.Error, OSError) as error:
            log.warning(unread, reason=words_for(error))
            return ()

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

    def _reading(self, read: Callable[[DatabaseConnection], Value]) -> Value:
        with closing(self._open()) as connection:
            return read(connection)

    def _open(self) -> DatabaseConnection:
        return open_for_reading(self._path, self._connect)


async def _answer(future: Future[Value], patience_s: float) -> Value:
    """Return an errand's result; raises TimeoutError, an OSError, when the disk does not answer."""
    async with asyncio.timeout(patience_s):
        return await asyncio.wrap_future(future)


_NO_BOUND = 2**63 - 1


@asynccontextmanager
async def open_store(
    path: Path,
    *,
    clock: Clock,
    journal_kept_s: float = JOURNAL_KEPT_S,
    events_kept_s: float = EVENTS_KEPT_S,
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
    retention = Retention(journal_kept_s=journal_kept_s, events_kept_s=events_kept_s)
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
        await _answer(writer.start(), START_PATIENCE_S)
    except TimeoutError:
        vitals.failed(OVERDUE)
