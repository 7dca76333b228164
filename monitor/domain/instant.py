"""A point in time on both clocks."""

from datetime import UTC, datetime
from typing import NamedTuple


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
    """Return a timestamp with an offset as unix seconds, None when it is not one (RFC 3339, 5.6)."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
