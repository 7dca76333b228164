"""What grows with the fleet: 1 000, 10 000 and 100 000 terminals, polled at the same rate over loopback.

Each terminal has an address of its own in 127.0.0.0/8; every poll has a connection of its own, because one
process may not have a hundred thousand open. The interval grows with the fleet, from 0.6 s to a minute.
"""

import time
from collections.abc import Callable
from pathlib import Path

from bench.daemon import Daemon, daemon, first_coverage_s
from bench.figures import Figure, Target, sized
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.terminals import Terminals, terminals
from bench.watch import watching
from bench.window import Window, observe

RATE = 100_000 / 60
RSS = "resident memory"
MEMORY = "memory per terminal"

UNITS = {
    "start to ready": "s",
    "ready to every terminal polled": "s",
    "CPU per poll": "us",
    "p50 lateness": "ms",
    "p99 lateness": "ms",
    "latest poll, at most": "ms",
    "page of metrics": "s",
    "longest wait for /-/healthy meanwhile": "ms",
    RSS: "MB",
}


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure fleets of all sizes, one after the other."""
    notebook = Notebook()
    rss: dict[int, int] = {}
    for count in plan.sizes:
        names = [sized(count, what) for what in UNITS]
        with (
            notebook.watching(*names, sized(count, MEMORY)),
            terminals(count, directory) as polled,
            daemon(polled, count=count, interval_s=count / RATE, fresh=True) as posmon,
        ):
            say(sized(count, "growth"))
            _take(plan, notebook, posmon, polled)
            rss[count] = posmon.rss_bytes()
            notebook.note(sized(count, RSS), rss[count] / 1e6)
    _note_memory(notebook, rss)
    return [
        *(notebook.figure(sized(count, what), unit) for count in plan.sizes for what, unit in UNITS.items()),
        *(
            notebook.figure(sized(count, MEMORY), "B", Target(value=2_500) if count == 100_000 else None)
            for count in plan.sizes[1:]
        ),
    ]


def _take(plan: Plan, notebook: Notebook, posmon: Daemon, polled: Terminals) -> None:
    count = polled.count
    interval_s = count / RATE

    def note(what: str, value: float) -> None:
        notebook.note(sized(count, what), value)

    note("start to ready", posmon.ready_s)
    note("ready to every terminal polled", first_coverage_s(polled.unheard, within_s=2 * interval_s + 30))
    time.sleep(min(interval_s, 5.0))
    _note_window(note, observe(posmon, window_s=plan.growth_window_s))
    with watching(posmon.port) as watch:
        note("page of metrics", posmon.scrape_s())
    note("longest wait for /-/healthy meanwhile", watch.longest_ms)


def _note_window(note: Callable[[str, float], None], seen: Window) -> None:
    note("CPU per poll", seen.cpu_us)
    note("p50 lateness", seen.late_ms(0.5))
    note("p99 lateness", seen.late_ms(0.99))
    note("latest poll, at most", seen.latest_ms)


def _note_memory(notebook: Notebook, rss: dict[int, int]) -> None:
    """Note what each size takes more than the smallest, by terminal; each has rendered a page of metrics."""
    smallest = min(rss, default=0)
    for count, taken in rss.items():
        if count != smallest:
            notebook.note(sized(count, MEMORY), (taken - rss[smallest]) / (count - smallest))
