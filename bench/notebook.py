"""Rounds of measurements as they come in."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from subprocess import SubprocessError

from bench.figures import Figure, Target
from bench.processes import NotMeasured


def say(words: str) -> None:
    """Tell a waiting person what is going on."""
    print(f"bench: {words}", file=sys.stderr, flush=True)


class Notebook:
    """Rounds by figure, and why some could not be measured."""

    def __init__(self) -> None:
        self._rounds: defaultdict[str, list[float | None]] = defaultdict(list)
        self._missing: dict[str, str] = {}

    def take(self, name: str, measure: Callable[[], float]) -> None:
        """Measure one round; what fails in one, on a busy machine, may succeed in the next."""
        say(name)
        self._rounds[name].append(None)
        with self.watching(name):
            self._rounds[name][-1] = measure()

    def note(self, name: str, value: float) -> None:
        """Write down one round that is measured already."""
        self._rounds[name].append(value)

    @contextmanager
    def watching(self, *names: str) -> Iterator[None]:
        """Note, if what is done in the context fails, why the figures `names` are missing."""
        try:
            yield
        except (NotMeasured, OSError, HTTPException, SubprocessError) as why:
            say(f"{', '.join(names)}: not measured: {why}")
            self._missing |= dict.fromkeys(names, str(why))

    def figure(self, name: str, unit: str, target: Target | None = None) -> Figure:
        """Return what was measured under `name`."""
        return Figure(
            name=name,
            unit=unit,
            rounds=self._rounds[name],
            target=target,
            missing=self._missing.get(name, ""),
        )
