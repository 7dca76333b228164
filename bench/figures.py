"""What was measured, as a table for people and JSON for later."""

import json
import os
import platform
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A bound on a figure's median, from above or from below."""

    value: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.value:g}"

    def is_met_by(self, value: float) -> bool:
        """Tell whether `value` keeps the bound."""
        return value >= self.value if self.at_least else value <= self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure with all its samples; `missing` says why there are none."""

    name: str
    unit: str
    samples: Sequence[float] = field(default=())
    target: Target | None = None
    missing: str = ""

    def verdict(self) -> str:
        """Return `met`, `MISSED`, or nothing when there is no target or no sample."""
        if self.target is None or not self.samples:
            return ""
        return "met" if self.target.is_met_by(statistics.median(self.samples)) else "MISSED"

    def row(self) -> str:
        """Return the figure's line of the table."""
        if not self.samples:
            return f"{self.name:<56} not measured: {self.missing}"
        values = [statistics.median(self.samples), min(self.samples), max(self.samples)]
        columns = " ".join(f"{value:>9.1f}" for value in values)
        target = "" if self.target is None else str(self.target)
        return f"{self.name:<56} {columns} {self.unit:<5} {target:<8} {self.verdict()}".rstrip()


def ratio(name: str, above: Figure, below: Figure, *, target: Target | None = None) -> Figure:
    """Return `above` over `below`, repetition by repetition."""
    pairs = zip(above.samples, below.samples, strict=False)
    return Figure(
        name=name,
        unit="x",
        samples=[high / low for high, low in pairs],
        target=target,
        missing=above.missing or below.missing,
    )


def machine() -> dict[str, object]:
    """Return what the figures depend on beside the code."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": model[0].partition(": ")[2] if model else platform.machine(),
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": load(),
    }


def load() -> float:
    """Return the machine's load average of the last minute."""
    return os.getloadavg()[0]


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines of text."""
    heading = f"{'figure':<56} {'median':>9} {'min':>9} {'max':>9} {'unit':<5} {'target':<8}"
    return "\n".join([heading.rstrip(), *(figure.row() for figure in figures)])


def save(figures: Iterable[Figure], *, about: dict[str, object], directory: Path) -> Path:
    """Write the figures with all samples as JSON; return the file."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / time.strftime("%Y%m%dT%H%M%SZ.json", time.gmtime())
    rows = [asdict(figure) | {"verdict": figure.verdict()} for figure in figures]
    path.write_text(json.dumps({"about": about, "figures": rows}, indent=1) + "\n")
    return path
