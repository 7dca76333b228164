"""Reading what was made durable, beside the writing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from functools import partial
from math import inf
from pathlib import Path
from typing import TypeVar

import structlog

from monitor.adapters.sqlite_store.database import (
    Connect,
    DatabaseConnection,
    open_for_reading,
)
from monitor.adapters.sqlite_store.failures import words_for
from monitor.adapters.sqlite_store.health import StoreCondition
from monitor.adapters.sqlite_store.queries import (
    read_absences,
    read_actions,
    read_entries,
    read_held,
    read_steps,
    read_told,
)
from monitor.adapters.sqlite_store.reader_thread import ReaderThread
from monitor.adapters.sqlite_store.run_clock import RunClock
from monitor.domain.alerts.alert import Transition
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.notification.told import HeldSpan, ToldMessage
from monitor.domain.on_call.action import Action
from monitor.domain.rhythm.absence import Absence

STEPS_AT_ONCE = 1_000
"""So many transitions of a period are read in one go: reading takes the processor from the event loop."""

MOST_HELD = 100_000
"""Of more spans in which alerts were held back than this a period knows the first."""

NO_BOUND = 2**63 - 1
"""Above every number of a row."""

Value = TypeVar("Value")

log = structlog.get_logger()


class PastReader:
    """Reads the past from a thread of its own, in portions: what is not durable yet is not there.

    Nothing here raises because of the disk: what it does not let be read is left out, with a line in the log.
    """

    def __init__(
        self,
        *,
        path: Path,
        connect: Connect,
        run: RunClock,
        vitals: StoreCondition,
        patience_s: float,
    ) -> None:
        self._open = partial(open_for_reading, path, connect)
        self._run = run
        self._vitals = vitals
        self._patience_s = patience_s
        self._reader = ReaderThread()

    async def steps(self, since: float, until: float) -> AsyncIterator[Sequence[Transition]]:
        """Yield the transitions between two wall times, oldest first, in portions; see the port."""
        reached: tuple[float, int] | None = (since, -1)
        try:
            connection = await answered(self._reader.do(self._open), self._patience_s)
            try:
                while reached is not None:
                    read = partial(
                        read_steps, connection, self._vitals, after=reached, until=until, limit=STEPS_AT_ONCE
                    )
                    found, reached = await answered(self._reader.do(read), self._patience_s)
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
            return await answered(self._reader.do(lambda: self._reading(read)), self._patience_s)
        except (sqlite3.Error, OSError) as error:
            log.warning("store.absences_unread", reason=words_for(error))
            return ()

    async def actions(self, *, before: int | None = None, limit: int) -> Sequence[Action]:
        """Return the last `limit` actions numbered below `before`, newest first; see the port."""
        reached = NO_BOUND if before is None else before

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

    async def told(self, since: float, until: float) -> AsyncIterator[Sequence[ToldMessage]]:
        """Yield the messages that receivers took between two wall times, in portions; see the port."""
        reached: tuple[float, str] | None = (since, "")
        try:
            while reached is not None:
                read = partial(
                    read_told, vitals=self._vitals, after=reached, until=until, limit=STEPS_AT_ONCE
                )
                found, reached = await answered(
                    self._reader.do(partial(self._reading, read)), self._patience_s
                )
                yield found
        except (sqlite3.Error, OSError) as error:
            log.warning("store.told_unread", reason=words_for(error))

    async def held(self, since: float, until: float) -> Sequence[HeldSpan]:
        """Return the spans in which alerts were held back that touch a period; see the port."""
        read = partial(read_held, vitals=self._vitals, since=since, until=until, limit=MOST_HELD)
        try:
            return await answered(self._reader.do(partial(self._reading, read)), self._patience_s)
        except (sqlite3.Error, OSError) as error:
            log.warning("store.held_unread", reason=words_for(error))
            return ()

    async def _lines(
        self, read: Callable[[DatabaseConnection], tuple[Value, ...]], unread: str
    ) -> tuple[Value, ...]:
        """Return what `read` returns; nothing, and a line `unread` in the log, where the disk fails."""
        try:
            return await answered(self._reader.do(lambda: self._reading(read)), self._patience_s)
        except (sqlite3.Error, OSError) as error:
            log.warning(unread, reason=words_for(error))
            return ()

    def _reading(self, read: Callable[[DatabaseConnection], Value]) -> Value:
        with closing(self._open()) as connection:
            return read(connection)


async def answered(future: Future[Value], patience_s: float) -> Value:
    """Return an errand's result; raises TimeoutError, an OSError, when the disk does not answer."""
    async with asyncio.timeout(patience_s):
        return await asyncio.wrap_future(future)
