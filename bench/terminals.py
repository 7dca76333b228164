"""The fleet that is polled, answered for by a process of its own; see bench.programs.heartbeat_server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import get, python, running


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminals:
    """The running heartbeat server: how many terminals, on which ports, and where to write."""

    count: int
    kept: int
    closed: int
    directory: Path

    def answers(self) -> int:
        """Return the number of heartbeats answered so far."""
        return sum(json.loads(get(self.kept, "/count")).values())

    def unheard(self) -> int:
        """Return how many of the terminals nobody has asked yet."""
        return int(get(self.kept, "/unheard"))


@contextmanager
def terminals(count: int, directory: Path, *, cpu: int | None = None) -> Iterator[Terminals]:
    """Run the heartbeat server for `count` terminals, on processor `cpu` alone when one is given."""
    server = python("bench.programs.heartbeat_server", count)
    with running(server, log=directory / "terminals.log", speaks=True, cpu=cpu) as process:
        assert process.stdout is not None
        ports = json.loads(process.stdout.readline())
        yield Terminals(count=count, directory=directory, **ports)
