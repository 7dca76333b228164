"""The whole daemon with polling simulated at the port: memory and pace of up to a million terminals."""

import sys
from pathlib import Path

from bench.daemon import Daemon, first_coverage_s, launched
from bench.figures import Figure, Target, sized
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import peak_rss_bytes
from bench.programs import simulated_polling
from bench.window import observe

PROGRAM = (sys.executable, "-m", "bench.programs.simulated_polling")
MILLION = 1_000_000
UNITS = {
    "start to ready": "s",
    "ready to every terminal polled": "s",
    "polls": "/s",
    "CPU per poll": "us",
    "p99 lateness": "ms",
    "page of metrics": "s",
    "resident memory": "MB",
    "most resident memory": "MB",
}


def named(count: int, what: str) -> str:
    """Return the name of a figure of a fleet of `count`."""
    return sized(count, f"simulated: {what}")


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure a fleet of each size."""
    notebook = Notebook()
    for count in plan.simulated_sizes:
        with (
            notebook.watching(*(named(count, what) for what in UNITS)),
            launched(
                simulated_polling.inventory(count),
                under=directory,
                interval_s=plan.simulated_interval_s,
                program=PROGRAM,
            ) as posmon,
        ):
            say(named(count, "growth"))
            _take(plan, notebook, posmon, count)
    return [
        notebook.figure(named(count, what), unit, _target(count, what))
        for count in plan.simulated_sizes
        for what, unit in UNITS.items()
    ]


def _target(count: int, what: str) -> Target | None:
    return Target(value=3_000) if count == MILLION and what == "resident memory" else None


def _take(plan: Plan, notebook: Notebook, posmon: Daemon, count: int) -> None:
    def note(what: str, value: float) -> None:
        notebook.note(named(count, what), value)

    def unheard() -> int:
        return count - int((posmon.directory / simulated_polling.REPORT).read_text() or 0)

    note("start to ready", posmon.ready_s)
    note("ready to every terminal polled", first_coverage_s(unheard, within_s=5 * plan.simulated_interval_s))
    seen = observe(posmon, window_s=plan.growth_window_s)
    note("polls", seen.rate)
    note("CPU per poll", seen.cpu_us)
    note("p99 lateness", seen.late_ms(0.99))
    note("page of metrics", posmon.scrape_s())
    note("resident memory", posmon.rss_bytes() / 1e6)
    note("most resident memory", peak_rss_bytes(posmon.pid) / 1e6)
