"""`python -m bench.report RUN.json ...`: write measured figures into README, docs/performance.md and plots.

Blocks and plots of parts that none of the runs has measured stay as they are.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.report.marks import rewritten
from bench.report.plots import cost_plot, growth_plot
from bench.report.readme import readme_blocks
from bench.report.results import Results, Unmeasured, read_results
from bench.report.tables import performance_blocks

ROOT = Path(__file__).parents[2]
DOCUMENTS: Mapping[str, Callable[[Results], dict[str, str]]] = {
    "docs/performance.md": performance_blocks,
    "README.md": readme_blocks,
}
PLOTS: Mapping[str, Callable[[Results], str]] = {
    "docs/images/cpu-per-poll.svg": lambda results: cost_plot(results["cost"]),
    "docs/images/growth.svg": lambda results: _growth(results),  # noqa: PLW0108 - defined below
}


def _growth(results: Results) -> str:
    for part in ("growth", "exposition", "simulated"):
        results[part]  # all of them or none: a panel must not vanish
    return growth_plot(results)


def write(results: Results, root: Path) -> None:
    """Rewrite every document and plot below `root` for which there are figures; tell what stays as it was."""
    for name, blocks_of in DOCUMENTS.items():
        path = root / name
        _try(name, lambda: path.write_text(rewritten(path.read_text(), blocks_of(results))))  # noqa: B023
    for name, plot in PLOTS.items():
        _try(name, lambda: (root / name).write_text(plot(results)))  # noqa: B023 - called at once


def _try(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Unmeasured as lacking:
        print(f"bench: {name} stays as it was; not measured: {lacking}", file=sys.stderr)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    write(read_results(map(Path, sys.argv[1:])), ROOT)
