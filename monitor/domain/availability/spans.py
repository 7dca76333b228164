"""Sums and differences of spans of whole seconds."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

Spans = Sequence[tuple[int, int]]
"""Spans from their begin to before their end, in order, without touching each other."""


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in any order, empty ones too, as Spans."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found


def clipped(spans: Iterable[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    """Return what of spans lies between two seconds."""
    return [(max(one, begin), min(other, end)) for one, other in spans if one < end and begin < other]


def without(spans: Spans, others: Spans) -> list[tuple[int, int]]:
    """Return what of `spans` is in none of `others`."""
    if not others or not spans:
        return list(spans)
    left, place = [], 0
    for begin, end in spans:
        while place and others[place - 1][1] > begin:
            place -= 1
        while place < len(others) and others[place][1] <= begin:
            place += 1
        at, following = begin, place
        while following < len(others) and others[following][0] < end:
            if at < others[following][0]:
                left.append((at, others[following][0]))
            at = max(at, others[following][1])
            following += 1
        if at < end:
            left.append((at, end))
    return left


def common(spans: Spans, others: Spans) -> list[tuple[int, int]]:
    """Return what is in both."""
    return without(spans, without(spans, others))


class Measure:
    """Counts the seconds of spans; each question costs the logarithm of their number."""

    __slots__ = ("_begins", "_ends", "_sums", "spans")

    def __init__(self, spans: Spans) -> None:
        self.spans = spans
        self._begins = [begin for begin, _ in spans]
        self._ends = [end for _, end in spans]
        self._sums = [0, *accumulate(end - begin for begin, end in spans)]

    def within(self, begin: int, end: int) -> int:
        """Return how many seconds from `begin` to before `end` are in the spans."""
        return self._until(end) - self._until(begin) if begin < end else 0

    def of(self, spans: Iterable[tuple[int, int]]) -> int:
        """Return how many seconds of other spans are in these."""
        total, until = 0, self._until
        for begin, end in spans:
            total += until(end) - until(begin)
        return total

    def ending_after(self, at: int) -> Iterator[tuple[int, int]]:
        """Yield the spans that end after a second, in order."""
        for place in range(bisect_right(self._ends, at), len(self._ends)):
            yield self.spans[place]

    def first(self, begin: int, end: int) -> int | None:
        """Return the first second from `begin` to before `end` that is in the spans, None without any."""
        place = bisect_right(self._ends, begin)
        if place == len(self._ends):
            return None
        found = max(begin, self._begins[place])
        return found if found < end else None

    def _until(self, at: int) -> int:
        place = bisect_right(self._begins, at) - 1
        if place < 0:
            return 0
        end = self._ends[place]
        return self._sums[place] + (min(end, at)) - self._begins[place]  # faster than min()
