"""Pages of metrics of fleets that nobody polls; see bench.exposition."""

from pathlib import Path

from bench.exposition import measure as scraped
from bench.figures import Figure, Target
from bench.notebook import Notebook, say
from bench.parts.growth import sized
from bench.plan import Plan

LARGE = 100_000
WHATS = {
    "plain_s": ("a page of metrics, plain", "s", 1.0),
    "gzip_s": ("a page of metrics, gzip", "s", 1.0),
    "plain_cpu_s": ("CPU of a page, plain", "s", 1.0),
    "gzip_cpu_s": ("CPU of a page, gzip", "s", 1.0),
    "page_bytes": ("size of a page, plain", "MB", 1e-6),
    "gzip_bytes": ("size of a page, gzip", "MB", 1e-6),
    "plain_healthy_ms": ("longest wait for /-/healthy, plain", "ms", 1.0),
    "gzip_healthy_ms": ("longest wait for /-/healthy, gzip", "ms", 1.0),
    "left_bytes": ("memory per terminal that pages leave", "B", 1.0),
    "peak_bytes": ("most memory per terminal during a page", "B", 1.0),
}
"""Field of a ScrapeCost: name of the figure, unit, and by what the field is multiplied."""

_TARGETS = {"plain_s": 2.0, "gzip_s": 2.0, "plain_healthy_ms": 50.0, "gzip_healthy_ms": 50.0}


def measure(plan: Plan, directory: Path) -> list[Figure]:  # noqa: ARG001 - it has a scratch of its own
    """Scrape a fleet of each size; a figure is the median or the worst of several scrapes already."""
    notebook = Notebook()
    for count in plan.sizes:
        with notebook.watching(*(sized(count, what) for what, _, _ in WHATS.values())):
            say(sized(count, "pages of metrics"))
            cost = scraped(count)
            for field, (what, _, factor) in WHATS.items():
                notebook.note(sized(count, what), factor * getattr(cost, field))
    return [
        notebook.figure(sized(count, what), unit, _target(count, field))
        for count in plan.sizes
        for field, (what, unit, _) in WHATS.items()
    ]


def _target(count: int, field: str) -> Target | None:
    return Target(value=_TARGETS[field]) if count == LARGE and field in _TARGETS else None
