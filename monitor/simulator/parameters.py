"""What a scenario's author may write as a value: durations, numbers, short texts.

Readers take the text as written and raise ValueError with a phrase for people.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.config.durations import parse_duration
from monitor.simulator.answer import Value

Reader = Callable[[str], Value]

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_LONGEST_TEXT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One setting of a fault; `default`, as written, is None when the fault chooses something fitting."""

    name: str
    read: Reader
    default: str | None
    meaning: str


def duration(written: str) -> float:
    """Return seconds from `250ms`, `30s`, `5m` or `24h`."""
    return parse_duration(written)


def positive_duration(written: str) -> float:
    """Return seconds, more than none."""
    seconds = parse_duration(written)
    if seconds <= 0:
        raise ValueError("must be longer than 0s")
    return seconds


def signed_duration(written: str) -> float:
    """Return seconds from a duration that may carry a sign, such as -10m."""
    if written[:1] in {"-", "+"}:
        return parse_duration(written[1:]) * (-1 if written[0] == "-" else 1)
    return parse_duration(written)


def number_between(low: float, high: float) -> Callable[[str], float]:
    """Return a reader of numbers from `low` to `high`."""

    def read(written: str) -> float:
        if not _NUMBER.fullmatch(written) or not low <= float(written) <= high:
            raise ValueError(f"write a number from {low:.12g} to {high:.12g}")
        return float(written)

    return read


def whole_number_between(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(written: str) -> int:
        if not _WHOLE_NUMBER.fullmatch(written) or not low <= int(written) <= high:
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(written)

    return read


def text(written: str) -> str:
    """Return a text of 1-64 printable characters."""
    if not 1 <= len(written) <= _LONGEST_TEXT or not written.isprintable():
        raise ValueError(f"write 1 to {_LONGEST_TEXT} printable characters")
    return written
