"""Whose clock is wrong: a terminal's or ours."""

from statistics import median

ENOUGH = 3
"""So many terminals must agree before our own clock is doubted."""

_KEPT = 31


class ClockReference:
    """The latest differences between terminals' clocks and ours.

    When most terminals are off by the same time, it is our clock that is off: it was set by hand,
    or NTP has just corrected it.
    """

    def __init__(self) -> None:
        self._skews: dict[str, float] = {}

    def correct(self, terminal_id: str, skew_s: float) -> float:
        """Take in a terminal's clock minus ours, in seconds, and return it less our own error."""
        self._skews.pop(terminal_id, None)
        self._skews[terminal_id] = skew_s
        if len(self._skews) > _KEPT:
            del self._skews[next(iter(self._skews))]
        return skew_s - self.own_error_s

    @property
    def own_error_s(self) -> float:
        """Median difference of the terminals last heard; 0 when too few were."""
        return median(self._skews.values()) if len(self._skews) >= ENOUGH else 0.0
