"""Durations as people write them: a whole number and `ms`, `s`, `m` or `h`."""

import re

_FORM = re.compile(r"([0-9]{1,12})(ms|s|m|h)", re.ASCII)
_MILLISECONDS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
LONGEST_S = 366 * 24 * 3600.0


def parse_duration(written: object) -> float:
    """Return seconds (0 to LONGEST_S) from `250ms`, `30s`, `5m` or `24h`.

    Anything else, a bare number too, raises ValueError with the reason.
    """
    match = _FORM.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise ValueError("write a duration as a whole number and ms, s, m or h: 250ms, 30s, 5m, 24h")
    seconds = int(match[1]) * _MILLISECONDS[match[2]] / 1000
    if seconds > LONGEST_S:
        raise ValueError("longer than a year")
    return seconds


def format_duration(seconds: float) -> str:
    """Return the shortest writing of a duration, to the millisecond; `parse_duration` reads it back."""
    total = round(seconds * 1000)
    if total == 0:
        return "0s"
    unit, size = next((unit, size) for unit, size in _MILLISECONDS.items() if total % size == 0)
    return f"{total // size}{unit}"
