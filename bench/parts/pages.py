"""Pages of a hundred thousand terminals that nobody polls; see bench.pages."""

from pathlib import Path

from bench import pages
from bench.figures import Figure, Target
from bench.notebook import Notebook, say
from bench.parts.growth import sized
from bench.plan import Plan

_FIRST_PAGES = (pages.OVERVIEW, "terminals")
_MOST_MS, _MOST_WAIT_MS = 300.0, 50.0


def named(count: int, state: str, what: str) -> str:
    """Return the name of a figure of a fleet of `count` in a state."""
    return sized(count, f"{state}: {what}")


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Look at each page of the largest fleet of the plan, in each of its states."""
    count = plan.sizes[-1]
    notebook = Notebook()
    figures = []
    for state in pages.STATES:
        wait = named(count, state, "longest wait for /-/healthy")
        names = {page: named(count, state, page) for page in pages.PAGES}
        with notebook.watching(wait, *names.values()):
            say(named(count, state, "pages"))
            taken = pages.measure(count, state, rounds=plan.rounds_of_others, directory=directory)
            for page, costs in taken.items():
                for cost in costs:
                    notebook.note(names[page], cost.took_ms)
                    notebook.note(f"{names[page]}, CPU", cost.cpu_ms)
            notebook.note(wait, max(cost.healthy_ms for costs in taken.values() for cost in costs))
        for page, name in names.items():
            target = Target(value=_MOST_MS) if page in _FIRST_PAGES else None
            figures += [notebook.figure(name, "ms", target), notebook.figure(f"{name}, CPU", "ms")]
        figures.append(notebook.figure(wait, "ms", Target(value=_MOST_WAIT_MS)))
    return figures
