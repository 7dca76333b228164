"""`posmon` as a user sees it: on a terminal."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from types import TracebackType
from typing import Self

from tests.integration.cli.command import POSMON, environment

WITHIN_S = 20.0
ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h", "\x1b[?1049l"


class Terminal:
    """A command on a pseudo-terminal of `columns` by `lines`; `seen` is all that it wrote."""

    def __init__(self, *arguments: str, columns: int = 80, lines: int = 24, **env: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        variables = environment({"TERM": "xterm-256color"} | env)
        del variables["COLUMNS"]
        self.process = subprocess.Popen(
            [*POSMON, *arguments], env=variables, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.seen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def until(self, text: str) -> None:
        """Wait until `text` was written since the last wait; then forget what came up to it."""
        until = time.perf_counter() + WITHIN_S
        while text not in self.seen:
            is_in_time = self._read() and time.perf_counter() < until
            assert is_in_time, f"waited for {text!r}, saw {self.seen!r}"
        self.seen = self.seen[self.seen.index(text) + len(text) :]

    def type(self, text: str) -> None:
        """Write what somebody types."""
        os.write(self._ours, text.encode())

    def end(self, number: signal.Signals) -> int:
        """Send a signal; return the exit code and leave the rest in `seen`."""
        self.process.send_signal(number)
        while self._read():
            pass
        return self.process.wait(WITHIN_S)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], WITHIN_S)[0]:
            return False
        try:
            piece = os.read(self._ours, 65536)
        except OSError:  # the other side is closed
            return False
        self.seen += piece.decode()
        return bool(piece)
