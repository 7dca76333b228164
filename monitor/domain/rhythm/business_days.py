"""From when to when a terminal was on, day by day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import inf
from typing import NamedTuple

from monitor.domain.rhythm.absence import Absence

LONG_S = 3 * 3600.0
"""Who is off for less has not closed for the night: it is an outage, a restart or a lunch break."""

LEFT_ON_S = 22 * 3600.0
"""Who is on for longer was not switched off between two days."""

UNWATCHED_S = 600.0
"""If posmon did not run for longer, the end of an absence says nothing of when the terminal returned."""

SMALL_HOURS_S = 10 * 3600.0

_DAY = timedelta(days=1)


class BusinessDay(NamedTuple):
    """A day on which a terminal was on: minutes since the 00:00 of that day, as the clocks of its zone show.

    `end` is beyond 1440 where it went off after midnight. `begin` is -inf where it had been left on the night
    before, `end` inf where it was left on in the evening: that says nothing of when the shop opens or closes.
    """

    begin: float
    end: float


LEFT_ON = BusinessDay(-inf, inf)
"""A day on which it neither came on nor went off."""

Days = Mapping[date, BusinessDay | None]
"""By date; None is a day on which the terminal was off. Days of which nothing is known are left out."""


def business_days(absences: Iterable[Absence], zone: tzinfo) -> dict[date, BusinessDay | None]:
    """Return the days between the first and the last long absence of one terminal."""
    long = [one for one in sorted(absences, key=_by_begin) if one.end - one.begin >= LONG_S]
    days: dict[date, BusinessDay | None] = {}
    for before, after in pairwise(long):
        _note(days, before.end, after.begin, zone)
    if not days:
        return {}
    day, end = min(days), _date(long[-1].end, zone)
    while day < end:
        days.setdefault(day, None)
        day += _DAY
    for day in _unknown(long, zone):
        days.pop(day, None)
    return days


def minutes_of(wall: float, day: date, zone: tzinfo) -> float:
    """Return what the clocks of a zone show at a moment, in minutes since the 00:00 of a day."""
    shown = datetime.fromtimestamp(wall, zone)
    return (shown.date() - day).days * 1440 + shown.hour * 60 + shown.minute + shown.second / 60


def _by_begin(absence: Absence) -> float:
    return absence.begin


def _date(wall: float, zone: tzinfo) -> date:
    return datetime.fromtimestamp(wall, zone).date()


def _note(days: dict[date, BusinessDay | None], begin: float, end: float, zone: tzinfo) -> None:
    """Take in one time of being on; several of a day count as one, from the first to the last."""
    first = _date(begin, zone)
    if end - begin <= LEFT_ON_S:
        _add(days, first, minutes_of(begin, first, zone), minutes_of(end, first, zone))
        return
    # What goes off in the small hours does so at the end of the day before.
    last = max(_date(end - SMALL_HOURS_S, zone), first + _DAY)
    _add(days, first, minutes_of(begin, first, zone), inf)
    for number in range(1, (last - first).days):
        _add(days, first + number * _DAY, *LEFT_ON)
    _add(days, last, -inf, minutes_of(end, last, zone))


def _add(days: dict[date, BusinessDay | None], day: date, begin: float, end: float) -> None:
    known = days.get(day) or BusinessDay(inf, -inf)
    days[day] = BusinessDay(min(known.begin, begin), max(known.end, end))


def _unknown(long: Iterable[Absence], zone: tzinfo) -> Iterable[date]:
    """Yield the days of which nothing is known: posmon did not run."""
    for one in long:
        if one.unwatched_s > UNWATCHED_S:
            day, last = _date(one.begin, zone) + _DAY, _date(one.end, zone)
            while day <= last:
                yield day
                day += _DAY
