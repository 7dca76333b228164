"""The hours of a week that a terminal, or all of a site, keeps to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf, isfinite
from statistics import median

from monitor.domain.rhythm.business_days import LEFT_ON, BusinessDay, Days

TOLERANCE = 20.0
"""So many minutes apart two days are still of one rhythm: shops tidy up, what is off is polled seldom."""

STABLE_SHARE = 0.8
"""Four days of five agree with a rhythm; holidays, outages and a late evening are the fifth."""

SWITCHED_OFF = 0.6
"""Who is left on more often than on two evenings of five has no rhythm to speak of."""

EACH_WEEKDAY = 2
"""Each weekday was seen so often at least: two weeks."""

FEW = 3
"""Hours that so few days speak for, or fewer, need all of them to agree, within half the tolerance."""

ROUNDED = 5
"""Minutes to which hours are rounded."""

SHORTEST, LONGEST = 60, 21 * 60
"""Minutes for which a shop is open on a day; what is on for longer does not close."""

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WEEK = range(len(DAYS))
_COVERED = 0.9
_DAY = 24 * 60

Week = tuple[BusinessDay | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyRhythm:
    """When a terminal is on from Monday to Sunday, None on days on which it stays off.

    `agreeing` of `known` days are like that; nine of ten of these within `margin` minutes.
    """

    week: Week
    agreeing: int
    known: int
    margin: int

    @property
    def opening_hours(self) -> str:
        """The rhythm as an inventory writes it: `Mo-Fr 08:50-21:10; Sa 09:00-14:00`."""
        written: dict[BusinessDay, list[int]] = {}
        for weekday, day in enumerate(self.week):
            if day is not None:
                written.setdefault(day, []).append(weekday)
        return "; ".join(f"{named(weekdays)} {span_text(day)}" for day, weekdays in written.items())

    @property
    def daily(self) -> BusinessDay | None:
        """The hours of every day, None where days differ."""
        return self.week[0] if len(set(self.week)) == 1 else None


def learnt(days: Days) -> WeeklyRhythm | None:
    """Return the rhythm of some days, None when there is none that is stable.

    Weekdays of like hours are one group, whose hours are the median of all their days that agree: what
    happened on one evening does not move it.
    """
    by_weekday: list[list[BusinessDay | None]] = [[] for _ in _WEEK]
    for date, day in days.items():
        by_weekday[date.weekday()].append(day)
    if not has_two_weeks(days):
        return None
    week: list[BusinessDay | None] = [None] * len(DAYS)
    pending = [one for one in _WEEK if 2 * by_weekday[one].count(None) <= len(by_weekday[one])]
    while pending:
        group, hours = _largest_group(pending, by_weekday)
        if not group or not SHORTEST <= hours.end - hours.begin <= LONGEST:
            return None
        for weekday in group:
            week[weekday] = hours
        pending = [one for one in pending if one not in group]
    return _supported(tuple(week), by_weekday)


def has_two_weeks(days: Days) -> bool:
    """Tell whether every weekday was seen EACH_WEEKDAY times."""
    seen = [date.weekday() for date in days]
    return all(seen.count(weekday) >= EACH_WEEKDAY for weekday in _WEEK)


def agrees(day: BusinessDay | None, hours: BusinessDay | None) -> bool:
    """Tell whether a day was like these hours."""
    if day is None or hours is None:
        return day is hours
    return _apart(day, hours) <= TOLERANCE


def follows(days: Days, week: Week) -> bool:
    """Tell whether STABLE_SHARE of some days are like a week's hours."""
    alike = sum(agrees(day, week[date.weekday()]) for date, day in days.items())
    return bool(days) and alike >= STABLE_SHARE * len(days)


def named(weekdays: Sequence[int]) -> str:
    """Return weekdays in their order as opening hours write them: `Mo-We,Fr`."""
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def span_text(day: BusinessDay) -> str:
    """Return hours as `08:50-21:10`; what ends after midnight ends earlier than it begins."""
    end = int(day.end)
    return f"{clock(day.begin)}-{'24:00' if end == _DAY else clock(end)}"


def clock(minutes: float) -> str:
    """Return minutes since midnight as `08:50`."""
    hour, minute = divmod(int(minutes) % _DAY, 60)
    return f"{hour:02}:{minute:02}"


def _largest_group(
    pending: Sequence[int], by_weekday: Sequence[Sequence[BusinessDay | None]]
) -> tuple[list[int], BusinessDay]:
    """Return the weekdays whose days are alike, as many as possible, and their hours."""
    best: list[int] = []
    found: list[BusinessDay] = []
    for seed in pending:
        middle = _middle(_opened(by_weekday[seed]))
        group = [
            one
            for one in pending
            if 2 * sum(agrees(day, middle) for day in by_weekday[one]) >= len(by_weekday[one])
        ]
        alike = [day for one in group for day in _opened(by_weekday[one]) if agrees(day, middle)]
        if len(alike) > len(found) and _is_enough(alike, [by_weekday[one] for one in group]):
            best, found = group, alike
    hours = _middle(found) if found else LEFT_ON
    if not best:
        return best, hours
    begin, end = (ROUNDED * round(minutes / ROUNDED) for minutes in hours)
    return best, BusinessDay(begin, end)


def _is_enough(alike: Sequence[BusinessDay], days: Sequence[Sequence[BusinessDay | None]]) -> bool:
    """Tell whether days speak for a group: FEW need to be of one mind, and closely."""
    if len(alike) > FEW:
        return True
    middle = _middle(alike)
    is_close = all(
        max(abs(a - b) for a, b in zip(day, middle, strict=True)) <= TOLERANCE / 2 for day in alike
    )
    return is_close and len(alike) == sum(map(len, days))


def _apart(day: BusinessDay, hours: BusinessDay) -> float:
    """Return by how many minutes a day differs from hours, inf when it says nothing of them."""
    return max((abs(a - b) for a, b in zip(day, hours, strict=True) if isfinite(a)), default=inf)


def _opened(days: Iterable[BusinessDay | None]) -> list[BusinessDay]:
    return [day for day in days if day is not None]


def _middle(days: Sequence[BusinessDay]) -> BusinessDay:
    begins, ends = ([edge for edge in edges if isfinite(edge)] for edges in zip(*days, strict=True))
    return BusinessDay(median(begins), median(ends)) if begins and ends else LEFT_ON


def _supported(week: Week, by_weekday: Sequence[Sequence[BusinessDay | None]]) -> WeeklyRhythm | None:
    """Return the rhythm with what speaks for it, None when that is too little."""
    agreeing, known, apart = 0, 0, []
    for hours, days in zip(week, by_weekday, strict=True):
        alike = [day for day in days if agrees(day, hours)]
        if 2 * len(alike) < len(days):
            return None
        agreeing, known = agreeing + len(alike), known + len(days)
        if hours is not None:
            apart += [_apart(day, hours) for day in _opened(alike)]
    evenings = [isfinite(day.end) for days in by_weekday for day in _opened(days)]
    if not apart or agreeing < STABLE_SHARE * known or sum(evenings) < SWITCHED_OFF * len(evenings):
        return None
    apart.sort()
    widest = apart[min(len(apart) - 1, int(_COVERED * len(apart)))]
    return WeeklyRhythm(
        week=week, agreeing=agreeing, known=known, margin=max(ROUNDED, ROUNDED * ceil(widest / ROUNDED))
    )
