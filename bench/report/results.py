"""The figures of one or several runs."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import Figure, read


class Unmeasured(LookupError):
    """A figure that a document wants was not measured; the text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of one part, and `about` the run that measured them."""

    name: str
    figures: Sequence[Figure]
    about: Mapping[str, Any]

    def __getitem__(self, name: str) -> Figure:
        """Return a figure that was measured; raises Unmeasured."""
        for figure in self.figures:
            if figure.name == name and figure.samples:
                return figure
        raise Unmeasured(f"{self.name}: {name}")

    def median(self, name: str) -> float:
        """Return the median of a figure; raises Unmeasured."""
        return statistics.median(self[name].samples)


class Results:
    """Parts by name; of a part that was measured in several runs, the last given counts."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = {part.name: part for part in parts}

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __getitem__(self, name: str) -> Part:
        """Return a part; raises Unmeasured."""
        if name not in self._parts:
            raise Unmeasured(f"the part {name}")
        return self._parts[name]


def read_results(paths: Iterable[Path]) -> Results:
    """Read what `python -m bench` wrote."""
    runs = map(read, paths)
    return Results(
        Part(name=name, figures=figures, about=about)
        for about, parts in runs
        for name, figures in parts.items()
    )
