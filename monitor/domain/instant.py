"""A point in time on both clocks."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

_FIRST_EPOCH = 1e9
_NUMBERS = frozenset({int, float})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR = (datetime.min.replace(tzinfo=UTC) - _EPOCH).total_seconds()
_AFTER_LAST_YEAR = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds() + 86_400.0
_DIGITS = re.compile(r"[0-9]{10}(?:[0-9]{3})?(?:\.[0-9]{1,9})?")


class Instant(NamedTuple):
    """One moment: `monotonic` seconds for durations, `wall` unix seconds for display only.

    A wall clock may jump at any time; two instants are compared by `monotonic` alone.
    """

    monotonic: float
    wall: float

    def ago(self, seconds: float) -> "Instant":
        """Return the moment `seconds` before this one."""
        return Instant(self.monotonic - seconds, self.wall - seconds)


def rfc3339(wall: float) -> str:
    """Return unix seconds as an RFC 3339 UTC timestamp with milliseconds."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_rfc3339(text: str) -> float | None:
    """Return a timestamp with an offset as unix seconds, None when it is not one (RFC 3339, 5.6).

    Nor is one that no year from 1 to 9999 has in UTC: it could not be written again.
    """
    try:
        wall = (datetime.fromisoformat(text) - _EPOCH).total_seconds()
    except (ValueError, TypeError):  # without an offset there is no difference
        return None
    return wall if _FIRST_YEAR <= wall < _AFTER_LAST_YEAR else None


def time_of(written: object) -> float | None:
    """Return a time as unix seconds where it is written so that it can only mean one; else None.

    Read are a timestamp with an offset (RFC 3339, 5.6) and, as a number or its digits, unix seconds of ten
    digits or milliseconds of thirteen: years 2001 to 2286. A time without an offset could mean any zone.
    """
    if type(written) is str:
        at = parse_rfc3339(written)
        return _epoch(written) if at is None else at
    return _from_epoch(written) if type(written) in _NUMBERS else None  # type: ignore[arg-type]


def _epoch(written: str) -> float | None:
    digits = written.strip(" ")
    return _from_epoch(float(digits)) if _DIGITS.fullmatch(digits) else None


def _from_epoch(number: float) -> float | None:
    if _FIRST_EPOCH <= number < 10 * _FIRST_EPOCH:
        return float(number)
    is_milliseconds = 1000 * _FIRST_EPOCH <= number < 10_000 * _FIRST_EPOCH
    return number / 1000 if is_milliseconds else None
