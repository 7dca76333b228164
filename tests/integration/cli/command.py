"""`posmon` as a user starts it: a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

POSMON = (sys.executable, "-m", "monitor")


class Ended(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process' environment without what would change the output, then `changes`."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POSMON_", "LC_", "PYTHON"))
        and name not in {"NO_COLOR", "FORCE_COLOR", "TERM"}
    }
    return ours | {"COLUMNS": "80", "LANG": "C.UTF-8"} | dict(changes or {})


def posmon(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Ended:
    """Run a command to its end, its output piped."""
    ended = subprocess.run(
        [*POSMON, *arguments],
        env=environment(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
