"""What was measured, as a table for people and JSON for later."""

import json
import os
import platform
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from monitor import __version__

WIDTH = 66


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
    """One figure, round by round; a round that could not be measured is None, `missing` says why."""

    name: str
    unit: str
    rounds: Sequence[float | None] = ()
    target: Target | None = None
    missing: str = ""

    @property
    def samples(self) -> list[float]:
        """What was measured, without the rounds that failed."""
        return [sample for sample in self.rounds if sample is not None]

    def verdict(self) -> str:
        """Return `met`, `MISSED`, or nothing when there is no target or no sample."""
        if self.target is None or not self.samples:
            return ""
        return "met" if self.target.is_met_by(statistics.median(self.samples)) else "MISSED"

    def row(self) -> str:
        """Return the figure's line of the table."""
        samples = self.samples
        if not samples:
            return f"{self.name:<{WIDTH}} not measured: {self.missing}"
        values = (statistics.median(samples), min(samples), max(samples))
        columns = " ".join(f"{value:>9.{1 if value >= 10 else 2}f}" for value in values)
        target = "" if self.target is None else str(self.target)
        rounds = f"{len(samples)}/{len(self.rounds)}"
        measured = f"{self.name:<{WIDTH}} {columns} {self.unit:<4} {rounds:>6}"
        return f"{measured}  {target:<8} {self.verdict()}".rstrip()


def sized(count: int, what: str) -> str:
    """Return the name of a figure of a fleet of `count`."""
    return f"{count:_} terminals: {what}".replace("_", " ")


def ratio(name: str, above: Figure, below: Figure, *, target: Target | None = None) -> Figure:
    """Return `above` over `below`, round by round; only rounds in which both were measured count."""
    return Figure(
        name=name,
        unit="x",
        rounds=[
            high / low if high is not None and low is not None else None
            for high, low in zip(above.rounds, below.rounds, strict=False)
        ],
        target=target,
        missing=above.missing or below.missing,
    )


def machine() -> dict[str, object]:
    """Return what the figures depend on beside the code."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": model[0].partition(": ")[2] if model else platform.machine(),
        "processors": os.cpu_count(),
        "kernel": ".".join(platform.release().split(".")[:2]),
        "python": platform.python_version(),
        "version": __version__,
        "measured_at": time.strftime("%Y-%m-%d", time.gmtime()),
        "load_before": load(),
    }


def load() -> float:
    """Return the machine's load average of the last minute."""
    return os.getloadavg()[0]


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines of text."""
    heading = f"{'figure':<{WIDTH}} {'median':>9} {'min':>9} {'max':>9} unit rounds  target"
    return "\n".join([heading, *(figure.row() for figure in figures)])


def save(parts: Mapping[str, Iterable[Figure]], *, about: dict[str, object], directory: Path) -> Path:
    """Write the figures of all parts with all samples as JSON; return the file."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / time.strftime("%Y%m%dT%H%M%SZ.json", time.gmtime())
    rows = [
        {"part": part} | asdict(figure) | {"verdict": figure.verdict()}
        for part, figures in parts.items()
        for figure in figures
    ]
    path.write_text(json.dumps({"about": about, "figures": rows}, indent=1) + "\n")
    return path


def read(path: Path) -> tuple[dict[str, Any], dict[str, list[Figure]]]:
    """Return what `save` wrote: about the run, and the figures by part."""
    document = json.loads(path.read_text())
    parts: dict[str, list[Figure]] = {}
    for row in document["figures"]:
        target = row["target"] and Target(**row["target"])
        known = {key: row[key] for key in ("name", "unit", "rounds", "missing")}
        parts.setdefault(row["part"], []).append(Figure(target=target, **known))
    return document["about"], parts
