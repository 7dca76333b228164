"""Pages of metrics of fleets that nobody polls, plain and compressed, and how long others wait meanwhile."""

import time
from pathlib import Path

from bench.figures import Figure, Target, sized
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import cpu_s, download, forget_peak_rss, peak_rss_bytes, rss_bytes
from bench.unpolled import Served, State, unpolled
from bench.watch import watching

ROUNDS = 5
LARGE = 100_000
ENCODINGS = {"plain": "identity", "gzip": "gzip"}
PAGE, WAIT = "a page of metrics", "longest wait for /-/healthy"
UNITS = {PAGE: "s", "CPU of a page": "s", "size of a page": "MB", WAIT: "ms"}
LEFT, PEAK = "memory per terminal that pages leave", "most memory per terminal during a page"
NAMES = {f"{what}, {encoding}": unit for what, unit in UNITS.items() for encoding in ENCODINGS} | {
    LEFT: "B",
    PEAK: "B",
}
TARGETS = {f"{PAGE}, {encoding}": 2.0 for encoding in ENCODINGS} | {
    f"{WAIT}, {encoding}": 50.0 for encoding in ENCODINGS
}


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Scrape a fleet of each size, round after round; the wait is the longest of all rounds."""
    notebook = Notebook()
    for count in plan.sizes:
        with (
            notebook.watching(*(sized(count, name) for name in NAMES)),
            unpolled(count, State.WELL, directory) as served,
        ):
            say(sized(count, "pages of metrics"))
            _take(notebook, served, count)
    return [
        notebook.figure(sized(count, name), unit, _target(count, name))
        for count in plan.sizes
        for name, unit in NAMES.items()
    ]


def _target(count: int, name: str) -> Target | None:
    return Target(value=TARGETS[name]) if count == LARGE and name in TARGETS else None


def _take(notebook: Notebook, served: Served, count: int) -> None:
    before = rss_bytes(served.pid)
    forget_peak_rss(served.pid)
    longest_ms = dict.fromkeys(ENCODINGS, 0.0)
    for _ in range(ROUNDS):
        for encoding in ENCODINGS:
            with watching(served.port) as watch:
                _take_page(notebook, served, count, encoding)
            longest_ms[encoding] = max(longest_ms[encoding], watch.longest_ms)
    for encoding, waited_ms in longest_ms.items():
        notebook.note(sized(count, f"{WAIT}, {encoding}"), waited_ms)
    notebook.note(sized(count, LEFT), (rss_bytes(served.pid) - before) / count)
    notebook.note(sized(count, PEAK), (peak_rss_bytes(served.pid) - before) / count)


def _take_page(notebook: Notebook, served: Served, count: int, encoding: str) -> None:
    began, used_s = time.perf_counter(), cpu_s(served.pid)
    received = download(served.port, "/metrics", accept_encoding=ENCODINGS[encoding])
    took_s, used_s = time.perf_counter() - began, cpu_s(served.pid) - used_s
    notebook.note(sized(count, f"{PAGE}, {encoding}"), took_s)
    notebook.note(sized(count, f"CPU of a page, {encoding}"), used_s)
    notebook.note(sized(count, f"size of a page, {encoding}"), received / 1e6)
