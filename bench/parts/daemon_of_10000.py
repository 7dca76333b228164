"""Start, memory and the command line at ten thousand terminals, connections kept and not."""

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.daemon import Daemon, command_ms, daemon
from bench.figures import Figure, Target
from bench.notebook import Notebook
from bench.plan import Plan
from bench.terminals import Terminals, terminals

SMALL_FLEET, LARGE_FLEET = 1_000, 10_000
READY = "10 000 terminals: start to ready"
STATUS = "posmon status"
MEMORY = {way: f"10 000 terminals: memory per terminal, {way}" for way in ("kept", "fresh")}


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure start-up and memory with ten thousand terminals, and the command line beside a thousand."""
    notebook = Notebook()
    with terminals(LARGE_FLEET, directory) as polled:
        for _ in range(plan.starts):
            notebook.take(READY, partial(_start_s, polled))
        with notebook.watching(*MEMORY.values(), STATUS):
            _compare_sizes(plan, polled, notebook)
    return [
        notebook.figure(READY, "s", Target(value=5)),
        *(notebook.figure(name, "B", Target(value=4096)) for name in MEMORY.values()),
        notebook.figure(STATUS, "ms", Target(value=150)),
    ]


def _start_s(polled: Terminals) -> float:
    with daemon(polled, count=LARGE_FLEET, interval_s=30) as posmon:
        return posmon.ready_s


def _compare_sizes(plan: Plan, polled: Terminals, notebook: Notebook) -> None:
    with ExitStack() as stack:
        pairs = [
            [
                stack.enter_context(
                    daemon(polled, count=count, interval_s=plan.memory_interval_s, fresh=way == "fresh")
                )
                for count in (SMALL_FLEET, LARGE_FLEET)
            ]
            for way in MEMORY
        ]
        time.sleep(plan.memory_interval_s + 2)  # until every terminal has been polled
        for name, (small, large) in zip(MEMORY.values(), pairs, strict=True):
            notebook.take(name, partial(_grown, small, large))
        for _ in range(plan.status_runs):
            notebook.take(STATUS, partial(command_ms, pairs[0][0].port, "status"))


def _grown(small: Daemon, large: Daemon) -> float:
    return (large.rss_bytes() - small.rss_bytes()) / (LARGE_FLEET - SMALL_FLEET)
