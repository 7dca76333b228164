"""Windows that begin with the first failure: at most so long, somewhere within the time that is planned."""

from datetime import tzinfo
from math import inf

from monitor.domain.calendars.schedule import Schedule

SHORTEST_LENGTH_S = 60.0
LONGEST_LENGTH_S = 86_400.0

_BEFORE_S = 0.5
"""Spans begin and end at whole seconds."""


def flexible_until(
    schedule: Schedule, *, length_s: float, since: float, wall: float, zone: tzinfo
) -> float | None:
    """Return until when a flexible window holds what has failed since then, None when it does not.

    In each span of the schedule it holds for `length_s`, counted from the failure, or from the beginning of
    the span for what had failed before. What fails after the span has ended is not held. Moments are unix
    seconds.
    """
    until: float | None = None
    moment = wall
    while True:
        stretch = schedule.stretch(moment, zone)
        if stretch.is_inside and since < stretch.end:
            start = max(since, stretch.begin)
            if start <= wall < start + length_s:
                until = max(until or -inf, start + length_s)
        # Nothing that began before a span holds for longer than its end and the length.
        if stretch.begin + length_s <= wall or stretch.begin == -inf:
            return until
        moment = stretch.begin - _BEFORE_S
