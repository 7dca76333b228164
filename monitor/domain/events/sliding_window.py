"""Noteworthy events of one subject in the order of their own time, and the windows over them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Sequence
from math import inf
from operator import itemgetter
from typing import Any

MOST_MARKS = 256
"""A subject with more marks than this in a window has opened its alert long before."""

Mark = tuple[float, Any]
"""When it happened (seconds on the monotonic clock) and who or what it was about."""

_time = itemgetter(0)


class SlidingWindow:
    """Marks sorted by time, at most MOST_MARKS: then the oldest goes.

    A window of `window_s` seconds that ends with a mark holds what happened less than `window_s` before it,
    and the mark itself. `last_received` is when the last mark came in (monotonic); a mark that was delivered
    late happened earlier. `fresh` are the times of those that came in since `begin_evaluation`.
    """

    __slots__ = ("entries", "evicted", "fresh", "last_received")

    def __init__(self) -> None:
        self.entries: list[Mark] = []
        self.fresh: list[float] = []
        self.last_received = -inf
        self.evicted = 0

    def __len__(self) -> int:
        return len(self.entries)

    def begin_evaluation(self) -> None:
        """Mark everything that has come in as evaluated."""
        if self.fresh:
            self.fresh.clear()

    def add(self, at: float, who: object, received: float) -> None:
        """Add a mark at the place of its own time."""
        entries = self.entries
        if entries and at < entries[-1][0]:
            insort(entries, (at, who), key=_time)
        else:
            entries.append((at, who))
        self.fresh.append(at)
        self.last_received = max(self.last_received, received)
        if len(entries) > MOST_MARKS:
            del entries[0]
            self.evicted += 1

    def forget_before(self, at: float) -> None:
        """Drop the marks before `at`."""
        if self.entries and self.entries[0][0] < at:
            del self.entries[: bisect_left(self.entries, at, key=_time)]

    def forget(self, who: object) -> None:
        """Drop the marks of `who`."""
        if any(name == who for _, name in self.entries):
            self.entries = [mark for mark in self.entries if mark[1] != who]

    def since(self, at: float) -> Sequence[Mark]:
        """Return the marks after `at`."""
        return self.entries[bisect_right(self.entries, at, key=_time) :]

    def within(self, window_s: float, end: float) -> Sequence[Mark]:
        """Return the marks of the `window_s` seconds up to `end`."""
        entries = self.entries
        low = bisect_right(entries, end - window_s, key=_time)
        high = len(entries) if entries and entries[-1][0] <= end else bisect_right(entries, end, key=_time)
        return entries[low:high]

    def fresh_windows(self, window_s: float) -> Iterator[Sequence[Mark]]:
        """Yield every window that ends with a mark and holds a fresh one."""
        reached = -inf
        for at in sorted(self.fresh):
            low = bisect_left(self.entries, max(at, reached), key=_time)
            high = bisect_left(self.entries, at + window_s, key=_time)
            for end, _ in self.entries[low:high]:
                if end > reached:
                    reached = end
                    yield self.within(window_s, end)

    def first_met(self, window_s: float, is_met: Callable[[Sequence[Mark]], bool]) -> Sequence[Mark] | None:
        """Return the first window with a fresh mark for which `is_met` is true; None without one."""
        return next(filter(is_met, self.fresh_windows(window_s)), None) if self.fresh else None
