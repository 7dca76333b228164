"""What a scenario's author may write as a value: durations, numbers, short texts.

Readers take what YAML or a test hands them and raise ValueError with a phrase for people.
"""

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches

from monitor.simulator.answer import Value

Reader = Callable[[object], Value]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST_S = 366 * 86_400.0
_LONGEST_TEXT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One setting of a fault; a `default` of None means the fault chooses something fitting."""

    name: str
    read: Reader
    default: Value | None
    meaning: str

    def taken(self, value: object) -> Value:
        """Return `value` as read; raises ValueError that begins with the parameter's name."""
        try:
            return self.read(value)
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}") from error


def duration(written: object) -> float:
    """Return seconds from `250ms`, `30s`, `5m` or `24h`."""
    match = _DURATION.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise ValueError("write a duration such as 250ms, 30s, 5m or 24h")
    seconds = float(match[1]) * _SECONDS[match[2]]
    if seconds > _LONGEST_S:
        raise ValueError("longer than a year")
    return seconds


def positive_duration(written: object) -> float:
    """Return seconds, more than none."""
    seconds = duration(written)
    if seconds <= 0:
        raise ValueError("must be longer than 0s")
    return seconds


def signed_duration(written: object) -> float:
    """Return seconds from a duration that may carry a sign, such as -10m."""
    if isinstance(written, str) and written[:1] in {"-", "+"}:
        return duration(written[1:]) * (-1 if written[0] == "-" else 1)
    return duration(written)


def number_between(low: float, high: float) -> Callable[[object], float]:
    """Return a reader of finite numbers from `low` to `high`."""

    def read(written: object) -> float:
        is_number = isinstance(written, int | float) and not isinstance(written, bool)
        number = float(written) if is_number else math.nan  # type: ignore[arg-type]
        if not low <= number <= high:
            raise ValueError(f"write a number from {low:g} to {high:g}")
        return number

    return read


def whole_number_between(low: int, high: int) -> Callable[[object], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(written: object) -> int:
        if not isinstance(written, int) or isinstance(written, bool) or not low <= written <= high:
            raise ValueError(f"write a whole number from {low} to {high}")
        return written

    return read


def text(written: object) -> str:
    """Return a text of 1-64 characters; an unquoted number is refused, it may have lost its zeros."""
    if not isinstance(written, str):
        raise ValueError("write a text; put quotes around digits")  # noqa: TRY004 -- one error for authors
    if not 1 <= len(written) <= _LONGEST_TEXT:
        raise ValueError(f"write 1 to {_LONGEST_TEXT} characters")
    return written


def did_you_mean(written: object, known: Collection[str]) -> str:
    """Return `; did you mean 'this'?`, or nothing when no known word is near."""
    near = get_close_matches(str(written), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
