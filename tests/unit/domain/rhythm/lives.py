"""The lives of simulated tills: when each was off, as the journal of alerts has it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from random import Random

from monitor.domain.calendars.local_time import instant_of
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.rhythm.absence import Absence

CONFIRMED_S = 90.0
"""A shorter absence raises no alert."""

SEEN_LATE_S = 300.0
"""Who is off for long is polled so seldom: its return is seen late."""


def off_times(
    hours: str,
    zone: tzinfo,
    random: Random,
    *,
    first: date,
    days: int = 28,
    untidy_min: float = 6.0,
    outages: float = 0.0,
    seen_late_s: float = SEEN_LATE_S,
    subject: str = "1",
) -> list[Absence]:
    """Return when a till is off that is on during `hours`, and has so many outages a day.

    It goes off and comes on within about `untidy_min` minutes of the hours. An outage lasts from a minute to
    half a day.
    """
    on = sorted(_on(hours, zone, random, first=first, days=days, untidy_s=untidy_min * 60))
    begin = instant_of(first, 0, zone, last=False)
    dark = sorted(
        (at, at + random.choice((60.0, 600.0, 3600.0, 4 * 3600.0, 12 * 3600.0)))
        for at in (begin + random.random() * days * 86400 for _ in range(round(outages * days)))
    )
    on = list(_without(on, dark))
    found = []
    for (_, gone), (back, _) in pairwise(on):
        if back - gone > CONFIRMED_S:
            found.append(Absence(subject, gone, back + random.random() * seen_late_s))
    return found


def _on(
    hours: str, zone: tzinfo, random: Random, *, first: date, days: int, untidy_s: float
) -> Iterator[tuple[float, float]]:
    if hours == "24/7":
        yield instant_of(first, 0, zone, last=False), instant_of(first + timedelta(days), 0, zone, last=True)
        return
    opening_hours = parse_opening_hours(hours)
    for number in range(days):
        day = first + timedelta(number)
        for start, end in opening_hours.on(day):
            begin = instant_of(day, start, zone, last=False) - abs(random.gauss(0, untidy_s / 2))
            yield begin, instant_of(day, end, zone, last=True) + random.gauss(0, untidy_s / 2)


def _without(on: list[tuple[float, float]], dark: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield the times of being on that outages leave."""
    for begin, end in on:
        at = begin
        for gone, back in dark:
            if gone < end and back > at:
                if gone > at:
                    yield at, gone
                at = back
        if at < end:
            yield at, end


def wall(zone: tzinfo, *moment: int) -> float:
    """Return a moment by the clock of a zone as unix seconds."""
    return datetime(*moment, tzinfo=zone).timestamp()  # type: ignore[misc,arg-type] # year, month, day, …
