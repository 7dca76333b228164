"""Standard output and error that nobody has to read."""

import io
import os
import select
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import TextIO

from monitor.logs.lines import ascii_json

CAPACITY = 16 * 1024 * 1024
"""Bytes that wait for a reader: some fifty thousand lines of the log."""

DRAIN_S = 1.0
"""How long the end of the process waits for each reader."""

_AT_ONCE = 64 * 1024


class _Gap:
    """Where lines are missing, and how many."""

    def __init__(self) -> None:
        self.lines = 0


class BackgroundStream(io.TextIOBase):
    """A text stream that never blocks: a thread writes to the descriptor of `stream`.

    A reader that stands still (a full pipe, Ctrl-S, a stopped journal) costs lines, never time. Beyond
    `capacity` bytes lines are dropped until the reader has caught up, and counted in `lines_dropped`; where
    they are missing stands one line, which `describe_gap` makes of their number. The same holds for lines
    that the system refuses (disk full, nobody reads any more); with `is_strict` the next write raises that
    error. The thread is a daemon: a descriptor that stalls does not keep the process from exiting.
    """

    def __init__(self, stream: TextIO, *, is_strict: bool = False, capacity: int = CAPACITY) -> None:
        self.lines_dropped = 0
        self.describe_gap: Callable[[int], str] = _gap_in_words
        self._descriptor = stream.fileno()
        self._is_tty = stream.isatty()
        self._encoding = stream.encoding
        self._is_strict = is_strict
        self._capacity = capacity
        self._waiting: deque[bytes | _Gap] = deque()
        self._size = 0
        self._gap: _Gap | None = None
        self._is_writing = False
        self._error: OSError | None = None
        self._changed = threading.Condition()
        threading.Thread(target=self._write_for_ever, name="posmon output", daemon=True).start()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream behind it."""
        return self._encoding

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What happens to a character that the encoding lacks: as in JSON, it is escaped."""
        return "backslashreplace"

    def fileno(self) -> int:
        """Return the descriptor that the thread writes to."""
        return self._descriptor

    def isatty(self) -> bool:
        """Tell whether a person looks."""
        return self._is_tty

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str, /) -> int:
        """Hand over `text`, or drop it; returns at once. Raises OSError only if `is_strict`."""
        data = self._encoded(text)
        with self._changed:
            self._raise_error()
            if self._has_room(len(data)):
                self._waiting.append(data)
                self._size += len(data)
            else:
                self._drop(data)
            self._changed.notify_all()
        return len(text)

    def flush(self) -> None:
        """Wait for nothing."""
        with self._changed:
            self._raise_error()

    def drain(self, within_s: float = DRAIN_S) -> bool:
        """Wait until everything is written, for so long at most; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._is_writing), within_s)

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode(self._encoding)
        except UnicodeEncodeError:
            return ascii_json(text).encode("ascii")

    def _raise_error(self) -> None:
        if self._is_strict and self._error is not None:
            raise self._error

    def _has_room(self, size: int) -> bool:
        return self._gap is None and self._size + size <= self._capacity

    def _drop(self, data: bytes) -> None:
        if self._gap is None:
            self._gap = _Gap()
            self._waiting.append(self._gap)
        lines = data.count(b"\n")
        self._gap.lines += lines
        self.lines_dropped += lines

    def _write_for_ever(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are for the main thread
        refused = 0
        while True:
            data = self._next()
            error = self._written((self._gap_line(refused) if refused else b"") + data)
            lines = data.count(b"\n") if error is not None else 0
            refused = refused + lines if error is not None else 0
            with self._changed:
                self.lines_dropped += lines
                self._is_writing, self._error = False, error
                self._changed.notify_all()

    def _next(self) -> bytes:
        """Wait for something to write, and return as much of it as is written at once."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting)
            self._is_writing = True
            pieces: list[bytes] = []
            size = 0
            while self._waiting and size < _AT_ONCE:
                piece = self._bytes_of(self._waiting.popleft())
                pieces.append(piece)
                size += len(piece)
            return b"".join(pieces)

    def _bytes_of(self, waiting: bytes | _Gap) -> bytes:
        if isinstance(waiting, bytes):
            self._size -= len(waiting)
            return waiting
        self._gap = None
        return self._gap_line(waiting.lines)

    def _gap_line(self, lines: int) -> bytes:
        return self._encoded(f"{self.describe_gap(lines)}\n")

    def _written(self, data: bytes) -> OSError | None:
        """Write everything; blocks for as long as nobody reads. Returns why it cannot be written."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                # Whoever shares the pipe has made it non-blocking.
                waiting = select.poll()
                waiting.register(self._descriptor, select.POLLOUT)
                waiting.poll()
            except OSError as error:
                return error
        return None


def detach_output(*, is_strict: bool) -> None:
    """Put a BackgroundStream in the place of standard output and error for the rest of the process.

    What Python prints by itself, say a traceback, goes there too. `settle_output` ends it.
    """
    sys.stdout = BackgroundStream(sys.stdout, is_strict=is_strict)
    sys.stderr = BackgroundStream(sys.stderr, is_strict=is_strict)


def settle_output(within_s: float = DRAIN_S) -> None:
    """Let the readers of standard output and error have what waits; each has so long at most."""
    for stream in _detached():
        stream.drain(within_s)


def lines_dropped() -> int:
    """Return how many lines of standard output and error nobody has read in time."""
    return sum(stream.lines_dropped for stream in _detached())


def _detached() -> list[BackgroundStream]:
    return [stream for stream in (sys.stdout, sys.stderr) if isinstance(stream, BackgroundStream)]


def _gap_in_words(lines: int) -> str:
    return f"({lines} lines are missing here: nobody read them in time)"
