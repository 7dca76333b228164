"""The one thread that writes."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future

import structlog

from monitor.adapters.sqlite_store.backlog import Backlog, JournalRow
from monitor.adapters.sqlite_store.failures import StoreRefused, words_for
from monitor.adapters.sqlite_store.health import StoreCondition
from monitor.domain.persistence.record import Record

LONGEST_RETRY = 64
"""So many times the first wait is the longest one."""

Work = Callable[[Backlog], None]

log = structlog.get_logger()


class WriterThread:
    """Makes records durable in the order in which they are given, those that wait as one transaction.

    `work` writes a backlog (an empty one: sees to it that the file is open) and raises when it cannot. Then
    the backlog is kept, grows by what comes meanwhile up to `capacity` rows, and is tried again after
    `retry_s`, and twice as long after each failure in a row, up to LONGEST_RETRY. Rows beyond `capacity` are
    counted in `vitals.lost`. `end` closes the file. The thread is a daemon: a disk that hangs does not keep
    posmon from exiting.
    """

    def __init__(
        self, *, work: Work, end: Callable[[], None], vitals: StoreCondition, retry_s: float, capacity: int
    ) -> None:
        self._work = work
        self._end = end
        self._vitals = vitals
        self._retry_s = retry_s
        self._capacity = capacity
        self._changed = threading.Condition()
        self._is_closing = False
        self._waiting = Backlog()
        self._being_written = Backlog()
        self._settlers: list[Future[None]] = []
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._opened: Future[None] = Future()
        self._ended: Future[None] = Future()
        self._delay_s = 0.0
        self._is_over = False

    @property
    def waiting(self) -> int:
        """How many steps are not durable yet."""
        with self._changed:
            return len(self._being_written.rows) + len(self._waiting.rows)

    def start(self) -> Future[None]:
        """Start; the future tells that the file was opened, or tried to, or raises StoreRefused."""
        self._thread.start()
        return self._opened

    def submit(self, record: Record) -> Future[None]:
        """Take a record; the future is done when it is durable, or when an attempt has failed."""
        settled: Future[None] = Future()
        with self._changed:
            self._waiting.add(record)
            self._trim()
            self._settlers.append(settled)
            self._changed.notify_all()
        return settled

    def unwritten(self) -> list[JournalRow]:
        """Return the journal's rows that wait, oldest first."""
        with self._changed:
            return [*self._being_written.rows, *self._waiting.rows]

    def close(self) -> Future[None]:
        """Write what waits, once more if need be, and end; the future is done when the thread is."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        return self._ended

    def _run(self) -> None:
        try:
            self._work(Backlog())
        except StoreRefused as error:
            self._opened.set_exception(error)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, alerting goes on from memory
            self._failed(error)
        self._opened.set_result(None)
        while self._next():
            self._attempt()
        if self.waiting:
            log.error("store.closed_unwritten", steps=self.waiting)
        self._end()
        self._ended.set_result(None)

    def _next(self) -> bool:
        """Wait until there is something to write, or to try again; False when all is over."""
        with self._changed:
            if self._delay_s:
                self._changed.wait_for(lambda: self._is_closing, timeout=self._delay_s)
            else:
                self._changed.wait_for(lambda: self._settlers or self._is_closing)
            is_last, self._is_over = self._is_over, self._is_closing
            return not is_last

    def _attempt(self) -> None:
        with self._changed:
            batch, self._being_written = self._waiting, self._waiting
            self._waiting = Backlog(last_seq=batch.last_seq)
            settlers, self._settlers = self._settlers, []
        try:
            self._work(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, alerting goes on from memory
            self._put_back(batch)
            self._failed(error)
        else:
            with self._changed:
                self._being_written = Backlog()
            self._delay_s = 0.0
            self._vitals.succeeded(batch.at)
        for settled in settlers:
            settled.set_result(None)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, sqlite3.Error | OSError):
            log.error("store.failed", exc_info=error)
        self._delay_s = min(2 * self._delay_s or self._retry_s, LONGEST_RETRY * self._retry_s)
        self._vitals.failed(words_for(error))

    def _put_back(self, batch: Backlog) -> None:
        with self._changed:
            batch.append(self._waiting)
            self._waiting, self._being_written = batch, Backlog()
            self._trim()

    def _trim(self) -> None:
        self._vitals.lost += self._waiting.trim(self._capacity)
