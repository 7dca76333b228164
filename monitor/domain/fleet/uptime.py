"""Which falls of the reported uptime are restarts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

SLACK_S = 5.0
"""Uptimes are whole seconds, and an answer may be a timeout on its way."""

SLACK_SHARE = 0.01
"""So much of the time that has passed may the terminal's clock have gained or lost."""

WRAPS_S = (2.0**31, 2.0**32, 2.0**31 / 1000, 2.0**32 / 1000, 2.0**31 / 100, 2.0**32 / 100)
"""Counters of 31 or 32 bits that begin again: seconds, milliseconds (24.9 and 49.7 days), hundredths."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """An uptime that was reported, and when (seconds on posmon's monotonic clock)."""

    uptime_s: float
    at: float

    def expected(self, now_s: float) -> float:
        """Return the uptime now if the terminal has been running since."""
        return self.uptime_s + now_s - self.at

    def continues_with(self, later: "_Sight") -> bool:
        """Tell whether `later` is this uptime, counted on without a break."""
        return abs(later.uptime_s - self.expected(later.at)) <= _slack_s(later.at - self.at)


class UptimeFall:
    """Follows the uptimes of one terminal from the first that was shorter than the one before.

    A terminal has restarted if its uptime fits into the time since its last heartbeat, if a later one goes on
    from there, and if it began after the last restart was seen. So neither a counter that wraps around, nor a
    0 now and then, nor two processes that answer in turn with an uptime each is a restart. `is_over` once the
    uptimes are in order again.
    """

    __slots__ = ("_before", "_last_at", "_restarted_at", "_suspected", "is_over")

    def __init__(self, *, uptime_s: float, at: float, restarts: Sequence[float]) -> None:
        """Begin with the last uptime in order, when it was reported, and when `restarts` were seen before."""
        self._before = _Sight(uptime_s, at)
        self._last_at = at
        self._restarted_at = restarts[-1] if restarts else -inf
        self._suspected: _Sight | None = None
        self.is_over = False

    def observe(self, uptime_s: float, now_s: float) -> float | None:
        """Compare the next uptime; return when a restart was first seen if this one confirms it."""
        if not uptime_s:
            return None  # 0 says "just started" or "not known": the next one tells
        seen_at = self._confirm(uptime_s, now_s)
        if seen_at is not None:
            self._restarted_at = seen_at
        return seen_at

    def _confirm(self, uptime_s: float, now_s: float) -> float | None:
        sight, suspected = _Sight(uptime_s, now_s), self._suspected
        since_s, self._last_at = now_s - self._last_at, now_s
        if suspected is not None and self._is_confirmed_by(sight):
            self.is_over = True
            return suspected.at
        if uptime_s >= self._before.uptime_s or self._wraps_at(sight):
            self.is_over = True
        elif uptime_s <= since_s + _slack_s(since_s) and now_s - uptime_s >= self._restarted_at:
            self._suspected = sight
            has_restarted_twice = suspected is not None and suspected.uptime_s != uptime_s
            return suspected.at if suspected is not None and has_restarted_twice else None
        return None

    def _is_confirmed_by(self, sight: _Sight) -> bool:
        suspected = self._suspected
        if suspected is None or self._before.continues_with(sight):
            return False
        if suspected.continues_with(sight):
            return True
        # A clock that stands still while the terminal sleeps falls behind.
        counts_on = suspected.uptime_s < sight.uptime_s < suspected.expected(sight.at)
        return counts_on and sight.uptime_s < self._before.uptime_s

    def _wraps_at(self, sight: _Sight) -> bool:
        fallen_s = self._before.expected(sight.at) - sight.uptime_s
        slack_s = _slack_s(sight.at - self._before.at)
        return any(abs(fallen_s - wrap_s) <= slack_s for wrap_s in WRAPS_S)


def _slack_s(elapsed_s: float) -> float:
    return SLACK_S + SLACK_SHARE * elapsed_s
