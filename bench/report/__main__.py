"""`python -m bench.report RUN.json ...`: write measured figures into README, docs/performance.md and plots.

Tables, lines of the README's and plots of what none of the runs has measured stay as they are.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.report.marks import blocks, rewritten
from bench.report.plots import cost_plot, growth_plot
from bench.report.readme import speed_table
from bench.report.results import Results, Unmeasured, read_results
from bench.report.tables import performance_blocks

ROOT = Path(__file__).parents[2]
TABLES, README = "docs/performance.md", "README.md"
PLOTS: Mapping[str, Callable[[Results], str]] = {
    "docs/images/cpu-per-poll.svg": lambda results: cost_plot(results["cost"]),
    "docs/images/growth.svg": growth_plot,
}


def write(results: Results, root: Path) -> None:
    """Rewrite the tables and plots below `root` for which there are figures; tell what stays as it was."""
    tables = (root / TABLES).read_text()
    written = performance_blocks(results)
    (root / TABLES).write_text(rewritten(tables, written))
    _tell(TABLES, [name for name in blocks(tables) if name not in written])
    readme = (root / README).read_text()
    table, unmeasured = speed_table(results, blocks(readme)["speed"])
    (root / README).write_text(rewritten(readme, {"speed": table}))
    _tell(README, unmeasured)
    for name, plot in PLOTS.items():
        try:
            (root / name).write_text(plot(results))
        except Unmeasured as lacking:
            _tell(name, [str(lacking)])


def _tell(name: str, unmeasured: list[str]) -> None:
    if unmeasured:
        print(f"bench: {name}: not measured, left as it was: {'; '.join(unmeasured)}", file=sys.stderr)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    write(read_results(map(Path, sys.argv[1:])), ROOT)
