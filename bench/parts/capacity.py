"""Ten thousand polls a second by one process on one core; then the same work by two, each half of it.

posmon stays on processor 0, the endpoints on processor 1. Two shards have a processor each and share
them with the endpoints, so what counts is what they cost, not how much more they could do.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.daemon import Daemon, daemon, refuse_bad_polls
from bench.figures import Figure, Target
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.references import client_cpu_us
from bench.terminals import Terminals, terminals
from bench.window import Window, observe_all

TERMINALS = 10_200
"""A little more than is aimed at: what is sustained is not to hang on a rounding."""

INTERVAL_S = 1.0
RATE = TERMINALS / INTERVAL_S
POSMON_CPU, ENDPOINTS_CPU = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the figures of one way to run posmon are called."""

    way: str

    def __call__(self, what: str) -> str:
        """Return the name of a figure."""
        return f"10 000 polls/s, {self.way}: {what}"


BARE, ONE, TWO = Names(way="bare client"), Names(way="one process"), Names(way="two shards")
CPU = "CPU per poll"
UNITS = {
    "achieved": "/s",
    "skipped": "",
    CPU: "us",
    "of one core": "%",
    "p50 lateness": "ms",
    "p99 lateness": "ms",
    "latest poll, at most": "ms",
    "resident memory": "MB",
    "a terminal is asked in an interval": "x",
}
TARGETS = {"achieved": Target(value=10_000, at_least=True), "skipped": Target(value=0)}


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure one process and two shards at the same rate, and whether the endpoints can hold it."""
    notebook = Notebook()
    with terminals(TERMINALS, directory, cpu=ENDPOINTS_CPU) as polled:
        notebook.take(BARE(CPU), lambda: _bare_us(plan, polled))
        for names in (ONE, TWO):
            _take(plan, polled, notebook, names)
    return [
        notebook.figure(BARE(CPU), UNITS[CPU]),
        *(
            notebook.figure(names(what), unit, TARGETS.get(what) if names is ONE else None)
            for names in (ONE, TWO)
            for what, unit in UNITS.items()
        ),
    ]


def _bare_us(plan: Plan, polled: Terminals) -> float:
    return client_cpu_us(
        "bench.programs.bare_client", polled, fresh=False, rate=RATE, window_s=plan.window_s, cpu=POSMON_CPU
    )


def _take(plan: Plan, polled: Terminals, notebook: Notebook, names: Names) -> None:
    every_name = [names(what) for what in UNITS]
    shards = 1 if names is ONE else 2
    with notebook.watching(*every_name), ExitStack() as stack:
        say(names(f"{plan.capacity_window_s:.0f} s"))
        size = TERMINALS // shards
        running = [
            stack.enter_context(
                daemon(polled, count=size, first=number * size, interval_s=INTERVAL_S, cpu=number)
            )
            for number in range(shards)
        ]
        time.sleep(TERMINALS / 500 + 3)  # a start polls everybody once at that rate
        seen, asked = _observe(running, polled, plan.capacity_window_s)
        for posmon in running:
            refuse_bad_polls(posmon)
        _note(notebook, names, seen, running)
        notebook.note(names("a terminal is asked in an interval"), asked)


def _observe(running: Sequence[Daemon], polled: Terminals, window_s: float) -> tuple[list[Window], float]:
    """Watch all daemons at once; return as well how often a terminal answered in an interval on average."""
    began, before = time.perf_counter(), polled.answers()
    seen = observe_all(running, window_s=window_s)
    answered, elapsed_s = polled.answers() - before, time.perf_counter() - began
    return seen, answered / (TERMINALS * elapsed_s / INTERVAL_S)


def _note(notebook: Notebook, names: Names, seen: Sequence[Window], running: Sequence[Daemon]) -> None:
    rate, share = sum(window.rate for window in seen), sum(window.cpu_share for window in seen)
    notebook.note(names("achieved"), rate)
    notebook.note(names("skipped"), sum(window.skipped for window in seen))
    notebook.note(names(CPU), 1e6 * share / rate)
    notebook.note(names("of one core"), 100 * share)
    notebook.note(names("p50 lateness"), max(window.late_ms(0.5) for window in seen))
    notebook.note(names("p99 lateness"), max(window.late_ms(0.99) for window in seen))
    notebook.note(names("latest poll, at most"), max(window.latest_ms for window in seen))
    notebook.note(names("resident memory"), sum(posmon.rss_bytes() for posmon in running) / 1e6)
