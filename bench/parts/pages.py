"""Web pages and `posmon` commands beside a large fleet that nobody polls, ill in part or silent as a whole.

Pages are asked for as a browser does, and read to the end; a command is a process of its own, its output
piped. CPU time is the server's, and a command's own too. `/-/healthy` is asked all the time.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench.daemon import command_ms
from bench.figures import Figure, Target, sized
from bench.fleet import terminal_id
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import children_cpu_s, cpu_s, download
from bench.unpolled import Served, State, unpolled
from bench.watch import watching

STATES = (State.ILL, State.SILENT)
OVERVIEW, STATUS = "overview", "posmon status"
PAGES = {
    OVERVIEW: "/",
    "overview, looked at again": "/",
    "terminals": "/terminals",
    "terminals, a search": "/terminals?q=0777",
    "terminals, a search in vain": "/terminals?q=nowhere",
    "terminals, one site's": "/terminals?site=site-777",
    "terminals, the critical ones": "/terminals?health=critical",
    "terminals, a thousand": "/terminals?limit=1000",
    "one terminal": f"/terminals/{terminal_id(777)}",
    "alerts": "/alerts",
    "alerts, one site's": "/alerts?site=site-777",
    "sites": "/sites",
    "/api/v1/status": "/api/v1/status",
    "/api/v1/terminals": "/api/v1/terminals?limit=1000",
}
COMMANDS = {
    STATUS: ("status",),
    "posmon status, again": ("status",),
    "posmon status --all": ("status", "--all"),
    "posmon status -o csv": ("status", "-o", "csv"),
    "posmon alerts": ("alerts",),
}
WAIT = "longest wait for /-/healthy"
TARGETS = {OVERVIEW: 300.0, "terminals": 300.0, WAIT: 50.0}

SURVEYING = (OVERVIEW, STATUS)
"""What is asked for when the survey of the fleet is too old, and has to be made anew."""

SURVEY_LASTS = 20
"""A survey is good for so many times as long as it took."""


def named(count: int, state: State, what: str) -> str:
    """Return the name of a figure of a fleet of `count` in a state."""
    return sized(count, f"{state}: {what}")


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Look at the largest fleet of the plan, in each of its states."""
    count, notebook = plan.sizes[-1], Notebook()
    targets: dict[str, Target | None] = {}
    for state in STATES:
        name = partial(named, count, state)
        here = {name(what): _target(what) for what in (*PAGES, *COMMANDS, WAIT)}
        here |= {cpu(name(what)): None for what in (*PAGES, *COMMANDS)}
        targets |= here
        with notebook.watching(*here):
            say(name("pages and commands"))
            with unpolled(count, state, directory) as served:
                _take(notebook, served, name, rounds=plan.large_repetitions)
    return [notebook.figure(name, "ms", target) for name, target in targets.items()]


def cpu(name: str) -> str:
    """Return the name of the figure of CPU time beside that of the time taken."""
    return f"{name}, CPU"


def _target(what: str) -> Target | None:
    return Target(value=TARGETS[what]) if what in TARGETS else None


def _take(notebook: Notebook, served: Served, name: Callable[[str], str], *, rounds: int) -> None:
    survey_s = _page_ms(served, "/api/v1/terminals") / 1000
    with watching(served.port) as watch:
        for _ in range(rounds):
            for what, ask in _questions(served).items():
                if what in SURVEYING:
                    time.sleep(SURVEY_LASTS * survey_s)
                before_s = cpu_s(served.pid) + children_cpu_s()
                took_ms = ask()
                used_s = cpu_s(served.pid) + children_cpu_s() - before_s
                notebook.note(name(what), took_ms)
                notebook.note(cpu(name(what)), 1000 * used_s)
                if what in SURVEYING:
                    survey_s = took_ms / 1000
    notebook.note(name(WAIT), watch.longest_ms)


def _questions(served: Served) -> Mapping[str, Callable[[], float]]:
    pages = {what: partial(_page_ms, served, path) for what, path in PAGES.items()}
    return pages | {what: partial(command_ms, served.port, *words) for what, words in COMMANDS.items()}


def _page_ms(served: Served, path: str) -> float:
    began = time.perf_counter()
    download(served.port, path, accept="text/html", accept_encoding="gzip, deflate")
    return 1000 * (time.perf_counter() - began)
