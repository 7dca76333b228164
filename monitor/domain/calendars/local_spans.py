"""Spans of a zone's clock time, day by day, as moments."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from math import inf
from typing import NamedTuple

from monitor.domain.calendars.local_time import instant_of
from monitor.domain.calendars.opening_hours import MinuteSpans

HORIZON_DAYS = 400
"""So far posmon looks ahead and back: a rule for one day of the year is found."""

HORIZON_S = HORIZON_DAYS * 86400.0

_STRETCHES_KEPT = 8
"""Working one out takes a tenth of a millisecond. Events of a day come in any order."""

_MARGIN_DAYS = 2
"""A span may reach into the next day, and at the date line a whole day is missing."""


class Stretch(NamedTuple):
    """A time that is wholly inside a span, or wholly outside all of them: from `begin` until before `end`.

    Unix seconds. Outside, `begin` is -inf and `end` inf where no span is within HORIZON_DAYS; inside, a
    longer span is cut to about as many.
    """

    is_inside: bool
    begin: float
    end: float


class LocalSpans:
    """Every span of `spans_on`, which gives those of a day; spans that touch or overlap are one.

    A span begins and ends when the zone's clocks show it. In the night in which a time comes twice, the span
    is as long as possible, or as short as possible with `is_narrow`. What lies in the gap of the other night
    begins or ends with the gap; a span wholly inside it does not happen.
    """

    __slots__ = ("_is_narrow", "_known", "_latest", "_spans_on", "_zone")

    def __init__(
        self, spans_on: Callable[[date], MinuteSpans], zone: tzinfo, *, is_narrow: bool = False
    ) -> None:
        self._spans_on = spans_on
        self._zone = zone
        self._is_narrow = is_narrow
        self._latest = Stretch(False, inf, -inf)
        self._known: deque[Stretch] = deque(maxlen=_STRETCHES_KEPT)

    def at(self, wall: float) -> Stretch:
        """Return the stretch around a moment (unix seconds); asked again within it, it costs little."""
        if not self._latest.begin <= wall < self._latest.end:
            known = next((one for one in self._known if one.begin <= wall < one.end), None)
            if known is None:
                known = self._stretch(wall)
                self._known.append(known)
            self._latest = known
        return self._latest

    def around(self, wall: float, margin_s: float = 0.0) -> Iterator[tuple[float, float]]:
        """Yield the spans as begin and end, from the last that ended `margin_s` before `wall`."""
        today = datetime.fromtimestamp(wall, self._zone).date()
        first = today
        for back in range(HORIZON_DAYS):
            day = today - timedelta(days=back)
            if any(end <= wall - margin_s for _, end in self._of(day)):
                first = day
                break
        yield from self._merged(first - timedelta(days=_MARGIN_DAYS), today + timedelta(days=HORIZON_DAYS))

    def between(self, since: float, until: float) -> Iterator[tuple[float, float]]:
        """Yield the spans of the days from one moment to another, in full; more around them as well."""
        first, last = (datetime.fromtimestamp(wall, self._zone).date() for wall in (since, until))
        margin = timedelta(days=_MARGIN_DAYS)
        yield from self._merged(first - margin, last + margin)

    def _stretch(self, wall: float) -> Stretch:
        before = -inf
        for begin, end in self.around(wall):
            if begin > wall:
                return Stretch(False, before, begin)
            if end > wall:
                return Stretch(True, begin, end)
            before = end
        return Stretch(False, before, inf)

    def _merged(self, first: date, last: date) -> Iterator[tuple[float, float]]:
        kept: tuple[float, float] | None = None
        day = first
        while day < last:
            for begin, end in sorted(self._of(day)):
                if kept is None:
                    kept = begin, end
                elif begin <= kept[1]:
                    kept = kept[0], max(kept[1], end)
                else:
                    yield kept
                    kept = begin, end
            day += timedelta(days=1)
        if kept is not None:
            yield kept

    def _of(self, day: date) -> Iterator[tuple[float, float]]:
        """Yield the spans that begin on a day."""
        for start, end in self._spans_on(day):
            begin = instant_of(day, start, self._zone, last=self._is_narrow)
            finish = instant_of(day, end, self._zone, last=not self._is_narrow)
            if begin < finish:
                yield begin, finish
