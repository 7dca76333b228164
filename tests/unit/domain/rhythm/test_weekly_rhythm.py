"""The hours of a week, learnt from simulated weeks."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from math import inf
from random import Random
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.trading_hours import MARGIN_S
from monitor.domain.rhythm.business_days import LEFT_ON, BusinessDay, Days, business_days
from monitor.domain.rhythm.weekly_rhythm import WeeklyRhythm, agrees, follows, learnt, named
from tests.unit.domain.rhythm.lives import off_times

SHOPS = (
    "Mo-Su 10:00-22:00",
    "Mo-Sa 09:00-20:00",
    "Mo-Su 17:00-02:00",
    "Mo-Fr 08:30-18:00; Sa 09:00-13:00",
    "Tu-Su 11:00-23:30",
    "Mo-Th 09:00-19:00; Fr,Sa 09:00-23:00",
    "Mo-Su 06:00-24:00",
)
ZONES = ("Europe/Berlin", "Asia/Shanghai", "America/New_York")
FIRST_DAYS = (date(2026, 3, 9), date(2026, 10, 12), date(2026, 6, 3))
"""The first two reach over the nights in which the clocks of Berlin and New York change."""

MONDAY = date(2026, 10, 5)
NINE_TO_FIVE = BusinessDay(540.0, 1020.0)


def lives(hours: str, *, outages: float, days: int) -> Iterator[tuple[str, WeeklyRhythm | None]]:
    """Yield the hours of simulated tills, and what is learnt of each."""
    for zone_name in ZONES:
        zone = ZoneInfo(zone_name)
        for first in FIRST_DAYS:
            for seed in range(3):
                random = Random(f"{hours} {zone_name} {first} {seed}")
                absences = off_times(hours, zone, random, first=first, days=days, outages=outages)
                yield hours, learnt(business_days(absences, zone))


def is_right(hours: str, rhythm: WeeklyRhythm) -> bool:
    """Tell whether all that is learnt is true, within the margin in which posmon expects a till to be off."""
    really = parse_opening_hours(hours).weekdays
    found = parse_opening_hours(rhythm.opening_hours).weekdays
    return all(
        len(one) == len(other)
        and all(abs(a - b) <= MARGIN_S / 60 for a, b in zip(sum(one, ()), sum(other, ()), strict=True))
        for one, other in zip(really, found, strict=True)
    )


@pytest.mark.parametrize(("outages", "least"), [(0.0, 0.98), (0.1, 0.95), (0.3, 0.9)])
def test_shops_that_close_are_learnt_and_nothing_that_is_wrong(outages: float, least: float) -> None:
    """Over four weeks, with weekends, midnights, clock changes and so many outages a day mixed in."""
    found = [one for hours in SHOPS for one in lives(hours, outages=outages, days=28)]
    known = [(hours, rhythm) for hours, rhythm in found if rhythm is not None]
    assert [(hours, one.opening_hours) for hours, one in known if not is_right(hours, one)] == []
    assert len(known) >= least * len(found)


@pytest.mark.parametrize("outages", [0.0, 0.3, 1.0, 3.0])
def test_shops_that_never_close_have_no_rhythm(outages: float) -> None:
    """However often they are off."""
    assert {rhythm for _, rhythm in lives("24/7", outages=outages, days=28)} == {None}


def test_two_weeks_are_enough_and_less_is_not() -> None:
    """Every weekday twice. A return is seen a little late."""
    zone = ZoneInfo("Asia/Shanghai")
    for days, expected in ((17, "Mo-Su 10:05-22:00"), (14, None)):
        absences = off_times(SHOPS[0], zone, Random(1), first=MONDAY, days=days, untidy_min=0)
        rhythm = learnt(business_days(absences, zone))
        assert (rhythm and rhythm.opening_hours) == expected


def weeks(*days: BusinessDay | None, count: int = 4) -> dict[date, BusinessDay | None]:
    """Return so many weeks that begin on a Monday and are all alike."""
    return {MONDAY + timedelta(number): days[number % 7] for number in range(7 * count)}


def learnt_of(days: Days) -> WeeklyRhythm:
    """Return the rhythm, which must be there."""
    rhythm = learnt(days)
    assert rhythm is not None
    return rhythm


def test_support_and_margin_are_told() -> None:
    """A day that was not like the others is no support, and moves nothing."""
    days = weeks(*[NINE_TO_FIVE] * 7)
    days[MONDAY] = BusinessDay(540.0, 700.0)
    days |= {MONDAY + timedelta(number): BusinessDay(552.0, 1020.0) for number in range(1, 6)}
    rhythm = learnt_of(days)
    assert (rhythm.opening_hours, rhythm.agreeing, rhythm.known) == ("Mo-Su 09:00-17:00", 27, 28)
    assert rhythm.margin == 15
    assert rhythm.daily == NINE_TO_FIVE


def test_holidays_close_no_weekday() -> None:
    """Half of the days of a weekday are not enough to call it closed."""
    days = weeks(*[NINE_TO_FIVE] * 6, None)
    days[MONDAY + timedelta(2)] = days[MONDAY + timedelta(9)] = None
    rhythm = learnt_of(days)
    assert rhythm.opening_hours == "Mo-Sa 09:00-17:00"
    assert (rhythm.agreeing, rhythm.known, rhythm.daily) == (26, 28, None)


def test_a_till_that_is_left_on_now_and_then_has_a_rhythm() -> None:
    """Left on every other evening, it has none."""
    days = weeks(*[NINE_TO_FIVE] * 7)
    for number in (3, 12, 20):
        days[MONDAY + timedelta(number)] = BusinessDay(540.0, inf)
        days[MONDAY + timedelta(number + 1)] = BusinessDay(-inf, 1020.0)
    assert learnt_of(days).opening_hours == "Mo-Su 09:00-17:00"
    other = {day: BusinessDay(540.0, inf if day.toordinal() % 2 else 1020.0) for day in days}
    assert learnt(other) is None
    assert learnt(dict.fromkeys(days, LEFT_ON)) is None


def test_what_is_not_stable_has_no_rhythm() -> None:
    """Closing at another time every day; or one weekday that is never twice the same."""
    days = weeks(*[NINE_TO_FIVE] * 7)
    drifting = {day: BusinessDay(540.0, 900.0 + 30 * number) for number, day in enumerate(days)}
    assert learnt(drifting) is None
    for week in range(4):
        days[MONDAY + timedelta(7 * week)] = BusinessDay(300.0 + 90 * week, 1020.0)
    assert learnt(days) is None


def test_two_days_alone_must_be_of_one_mind() -> None:
    """A weekday of its own hours that was seen twice."""
    days = weeks(*[NINE_TO_FIVE] * 5, BusinessDay(540.0, 780.0), None, count=2)
    assert learnt_of(days).opening_hours == "Mo-Fr 09:00-17:00; Sa 09:00-13:00"
    days[MONDAY + timedelta(5)] = BusinessDay(540.0, 750.0)
    assert learnt(days) is None


def test_days_follow_a_week_when_four_of_five_are_like_it() -> None:
    """Of none it is not known."""
    days = weeks(*[NINE_TO_FIVE] * 7)
    counted = Counter(agrees(day, NINE_TO_FIVE) for day in days.values())
    assert counted == {True: 28}
    assert follows(days, (NINE_TO_FIVE,) * 7)
    assert not follows(days, (NINE_TO_FIVE,) * 5 + (None, None))
    assert not follows({}, (NINE_TO_FIVE,) * 7)


@pytest.mark.parametrize(
    ("weekdays", "text"), [((0, 1, 2, 4), "Mo-We,Fr"), ((5, 6), "Sa-Su"), ((3,), "Th"), ((0, 6), "Mo,Su")]
)
def test_weekdays_are_written_as_opening_hours_are(weekdays: tuple[int, ...], text: str) -> None:
    """Runs of days as ranges."""
    assert named(weekdays) == text
