"""When planned work is under way: once, or again and again by the clock of a place."""

from datetime import tzinfo
from math import inf
from typing import Protocol

from monitor.domain.calendars.local_spans import LocalSpans, Stretch
from monitor.domain.calendars.opening_hours import OpeningHours


class Schedule(Protocol):
    """When something is in force. Moments are unix seconds; `zone` is that of the place asked about."""

    def stretch(self, wall: float, zone: tzinfo) -> Stretch:
        """Return the time around a moment in which it is in force throughout, or nowhere."""
        ...

    def active_until(self, wall: float, zone: tzinfo) -> float | None:
        """Return until when it is in force, None when it is not."""
        ...

    def next_start(self, wall: float, zone: tzinfo) -> float | None:
        """Return when it begins next after `wall`, None when it never does within a year."""
        ...


class OnceOnly:
    """In force from one moment until before another, in every zone alike."""

    __slots__ = ("begin", "end")

    def __init__(self, begin: float, end: float) -> None:
        if not begin < end:
            raise ValueError("a schedule must not end before it begins")
        self.begin = begin
        self.end = end

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OnceOnly) and (self.begin, self.end) == (other.begin, other.end)

    def __hash__(self) -> int:
        return hash((self.begin, self.end))

    def stretch(self, wall: float, zone: tzinfo) -> Stretch:
        """Return the time from beginning to end, or that before or after it."""
        del zone
        if wall < self.begin:
            return Stretch(False, -inf, self.begin)
        return Stretch(True, self.begin, self.end) if wall < self.end else Stretch(False, self.end, inf)

    def active_until(self, wall: float, zone: tzinfo) -> float | None:
        """Return the end while it is in force."""
        del zone
        return self.end if self.begin <= wall < self.end else None

    def next_start(self, wall: float, zone: tzinfo) -> float | None:
        """Return the beginning while that lies ahead."""
        del zone
        return self.begin if wall < self.begin else None


class Recurring:
    """In force in every span of `hours`, which are written like opening hours, with their exceptions by date.

    A span that goes over midnight belongs to the day on which it begins: `off` for that day removes all of
    it. It begins and ends by the clock of the place: in the night of the clock change it lasts an hour more
    or less, a time that comes twice counts from the first to the last, and what lies wholly in the gap does
    not happen. Spans that touch are one.
    """

    __slots__ = ("_by_zone", "hours")

    def __init__(self, hours: OpeningHours) -> None:
        self.hours = hours
        self._by_zone: dict[tzinfo, LocalSpans] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recurring) and self.hours == other.hours

    def __hash__(self) -> int:
        return hash(self.hours)

    def stretch(self, wall: float, zone: tzinfo) -> Stretch:
        """Return the span around a moment, or the time between two."""
        return self._spans(zone).at(wall)

    def active_until(self, wall: float, zone: tzinfo) -> float | None:
        """Return the end of the span that is under way."""
        stretch = self._spans(zone).at(wall)
        return stretch.end if stretch.is_inside else None

    def next_start(self, wall: float, zone: tzinfo) -> float | None:
        """Return the beginning of the next span."""
        spans = self._spans(zone)
        stretch = spans.at(wall)
        if not stretch.is_inside:
            return None if stretch.end == inf else stretch.end
        return next((begin for begin, _ in spans.around(wall) if begin > wall), None)

    def _spans(self, zone: tzinfo) -> LocalSpans:
        known = self._by_zone.get(zone)
        if known is None:
            known = self._by_zone[zone] = LocalSpans(self.hours.on, zone)
        return known
