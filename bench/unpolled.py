"""The real web side of a fleet that nobody polls, served by a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench.processes import NotMeasured, python, running


class State(StrEnum):
    """How the terminals of a fleet are."""

    WELL = "all well"
    ILL = "1 % ill"
    """One terminal in a hundred has no paper."""
    SILENT = "all silent"
    """Every terminal is offline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The server: its process, and its port on 127.0.0.1."""

    pid: int
    port: int


@contextmanager
def unpolled(count: int, state: State, directory: Path) -> Iterator[Served]:
    """Serve a fleet of `count` terminals; NotMeasured when it cannot be."""
    command = python("bench.programs.unpolled_fleet", count, state)
    with running(command, log=directory / "unpolled_fleet.log", speaks=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise NotMeasured("the fleet is not served")
        yield Served(pid=process.pid, port=int(said))
