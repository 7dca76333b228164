"""Which firmware the terminals of one model run."""

import re
from collections import Counter
from functools import lru_cache

_NUMBER = re.compile(r"\d+")

MIN_COHORT = 3
"""Fewer terminals than this prove nothing about what is usual."""


@lru_cache(maxsize=1024)
def version_key(version: str) -> tuple[int, ...]:
    """Return what to order versions by: their numbers, from left to right; 3.2 is the same as 3.2.0."""
    numbers = [int(number) for number in _NUMBER.findall(version)]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


class FirmwareCohort:
    """The versions seen on one model. Invariant: `versions` counts each terminal once."""

    __slots__ = ("_expected", "versions")

    def __init__(self) -> None:
        self.versions: Counter[str] = Counter()
        self._expected: str | None = None

    def moved(self, before: str | None, after: str | None) -> None:
        """Count a terminal over from one version to another; None stands for not counted."""
        if before is not None:
            self.versions[before] -= 1
            if self.versions[before] <= 0:
                del self.versions[before]
        if after is not None:
            self.versions[after] += 1
        self._expected = None

    @property
    def expected(self) -> str:
        """The newest version that at least half of the cohort has reached, "" when it is too small."""
        if self._expected is None:
            self._expected = self._find_expected()
        return self._expected

    def _find_expected(self) -> str:
        total = self.versions.total()
        if total < MIN_COHORT:
            return ""
        reached = 0
        for version in sorted(self.versions, key=version_key, reverse=True):
            reached += self.versions[version]
            if 2 * reached >= total:
                return version
        return ""
