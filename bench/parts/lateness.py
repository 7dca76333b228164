"""How late polls begin, and what it costs when a part of the fleet accepts and never answers."""

import time
from pathlib import Path

from bench.daemon import daemon
from bench.figures import Figure, Target, ratio
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.terminals import Terminals, terminals
from bench.window import observe

TERMINALS = 10_000
INTERVAL_S = 10.0
TIMEOUT_S = 2.0
"""At 1 000 polls a second, 30 % hanging make 600 under way: within the default concurrency."""

SHARES = {"none": 0.0, "30 %": 0.3}
LATE = "p99 lateness, 2 000 polls/s, 5 % hanging"
COST = "CPU per poll, 1 000 polls/s, {} hanging"
QUANTILES = {
    "p50": "p50 lateness, 1 000 polls/s, {} hanging",
    "p99": "p99 lateness, 1 000 polls/s, {} hanging",
    "latest": "latest poll, at most, 1 000 polls/s, {} hanging",
}


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure lateness at 2 000 polls a second, and the cost of terminals that hang."""
    notebook = Notebook()
    with terminals(TERMINALS, directory) as polled:
        _fast(plan, polled, notebook)
        for words, share in SHARES.items():
            _hanging(plan, polled, notebook, words, share)
    cost = {words: notebook.figure(COST.format(words), "us") for words in SHARES}
    return [
        notebook.figure(LATE, "ms", Target(value=200)),
        *cost.values(),
        ratio("CPU per poll, 30 % hanging / none", cost["30 %"], cost["none"]),
        *(
            notebook.figure(name.format(words), "ms", Target(value=1000) if key == "p99" else None)
            for words in SHARES
            for key, name in QUANTILES.items()
        ),
    ]


def _fast(plan: Plan, polled: Terminals, notebook: Notebook) -> None:
    interval_s = TERMINALS / plan.rate
    with (
        notebook.watching(LATE),
        daemon(polled, count=TERMINALS, interval_s=interval_s, timeout_s=TIMEOUT_S, hanging=0.05) as posmon,
    ):
        time.sleep(interval_s + 1)
        for _ in range(plan.lateness_windows):
            notebook.take(LATE, lambda: observe(posmon, window_s=interval_s).late_ms(0.99))


def _hanging(plan: Plan, polled: Terminals, notebook: Notebook, words: str, share: float) -> None:
    names = {key: name.format(words) for key, name in QUANTILES.items()}
    cost = COST.format(words)
    with (
        notebook.watching(cost, *names.values()),
        daemon(polled, count=TERMINALS, interval_s=INTERVAL_S, timeout_s=TIMEOUT_S, hanging=share) as posmon,
    ):
        time.sleep(INTERVAL_S + TIMEOUT_S + 1)
        for _ in range(plan.lateness_windows):
            say(cost)
            seen = observe(posmon, window_s=plan.lateness_window_s)
            notebook.note(cost, seen.cpu_us)
            notebook.note(names["p50"], seen.late_ms(0.5))
            notebook.note(names["p99"], seen.late_ms(0.99))
            notebook.note(names["latest"], seen.latest_ms)
