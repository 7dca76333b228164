"""Thresholds of detectors: each states its default and its bounds where it is declared.

A class of thresholds may have `RISING`: pairs of which the first must not exceed the second, or an alert
would open and clear at once.
"""

from dataclasses import MISSING, Field, field
from typing import Any

MANY = 1_000_000
"""The greatest value of a threshold that nothing else bounds."""


def bounded(default: Any = MISSING, *, least: float, greatest: float) -> Any:  # noqa: ANN401 - as `field`
    """Return a dataclass field for a number between `least` and `greatest`, both included."""
    return field(default=default, metadata={"bounds": (least, greatest)})


def bounds_of(limit: Field[Any]) -> tuple[float, float]:
    """Return the least and the greatest value of a threshold; KeyError when it states none."""
    least, greatest = limit.metadata["bounds"]
    return least, greatest


def rising_pairs(limits: object) -> tuple[tuple[str, str], ...]:
    """Return the pairs of thresholds of which the first must not exceed the second."""
    pairs: tuple[tuple[str, str], ...] = getattr(limits, "RISING", ())
    return pairs
