"""Another posmon command, run as a child that does not outlive this one."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import click

from monitor.cli.output.text import inert

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_GRACE_S = 10.0
_LAST_LINES = 10
_libc = ctypes.CDLL(None)


class ChildEnded(click.ClickException):
    """A child ended by itself; the message has its last words."""


class ChildProcess:
    """`posmon ARGUMENTS` with its output in `log`; a context manager that ends it.

    It runs in a session of its own, so that Ctrl-C reaches only the parent, which ends its children
    in order; should the parent be killed, the kernel ends them.
    """

    def __init__(self, arguments: Sequence[str], *, log: Path) -> None:
        self._name = arguments[0]
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "monitor", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - prctl is a mere system call, and the thread that writes our output keeps no lock for long
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def check(self) -> None:
        """Raise ChildEnded when it does not run any more."""
        code = self._process.poll()
        if code is not None:
            said = "\n".join(f"  {line}" for line in self._last_words())
            raise ChildEnded(f"'posmon {self._name}' ended {_in_words(code)}:\n{said or '  it said nothing'}")

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            try:
                self._process.wait(_GRACE_S)
            finally:
                self._process.kill()
                self._process.wait()

    def _last_words(self) -> list[str]:
        lines = self._log.read_text("utf-8", errors="replace").splitlines()
        return [inert(line) for line in lines[-_LAST_LINES:]]


def _environment() -> dict[str, str]:
    """Return our environment without settings that are meant for another daemon."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("POSMON_")} | {
        "PYTHONUNBUFFERED": "1"
    }


def _in_words(code: int) -> str:
    return f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
