"""From when to when a terminal was on, day by day."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import inf
from zoneinfo import ZoneInfo

from monitor.domain.rhythm.absence import Absence
from monitor.domain.rhythm.business_days import LEFT_ON, BusinessDay, business_days
from tests.unit.domain.rhythm.lives import wall

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 60


def off(begin: Sequence[int], end: Sequence[int], unwatched_s: float = 0.0) -> Absence:
    """Return an absence of October 2026 between two clock times: day, hour, minute."""
    return Absence("1", wall(BERLIN, 2026, 10, *begin), wall(BERLIN, 2026, 10, *end), unwatched_s)


def day(number: int) -> date:
    """Return a day of October 2026."""
    return date(2026, 10, 1) + timedelta(number - 1)


NINE_TO_FIVE = BusinessDay(9 * HOUR, 17 * HOUR)
NIGHTS = [off((number, 17), (number + 1, 9)) for number in range(5, 9)]


def test_the_time_between_two_nights_is_a_day() -> None:
    """The day of the first absence is not known, nor that on which the terminal came back last."""
    assert business_days(NIGHTS, BERLIN) == {day(number): NINE_TO_FIVE for number in (6, 7, 8)}
    assert business_days(NIGHTS[:1], BERLIN) == {}


def test_a_day_off_is_none() -> None:
    """Also as the last that is known."""
    found = business_days([*NIGHTS[:2], off((7, 17), (10, 9))], BERLIN)
    assert found == {day(6): NINE_TO_FIVE, day(7): NINE_TO_FIVE, day(8): None, day(9): None}


def test_outages_are_no_nights() -> None:
    """A short one counts for nothing; a long one divides the day, which is still one."""
    short, long = off((6, 11), (6, 12, 30)), off((7, 10), (7, 14))
    found = business_days([*NIGHTS, short, long], BERLIN)
    assert found == business_days(NIGHTS, BERLIN)


def test_what_is_left_on_tells_neither_closing_nor_opening() -> None:
    """The other ends of both days are known, and a day in between is on."""
    found = business_days([NIGHTS[0], NIGHTS[2], NIGHTS[3]], BERLIN)
    assert found[day(6)] == BusinessDay(9 * HOUR, inf)
    assert found[day(7)] == BusinessDay(-inf, 17 * HOUR)
    found = business_days([NIGHTS[0], NIGHTS[3]], BERLIN)
    assert list(found.values()) == [BusinessDay(9 * HOUR, inf), LEFT_ON, BusinessDay(-inf, 17 * HOUR)]


def test_what_ends_after_midnight_belongs_to_the_day_before() -> None:
    """Beyond 1440 minutes; so does the end after a day that was left on."""
    nights = [off((number, 2), (number, 18)) for number in (6, 7, 9)]
    found = business_days(nights, BERLIN)
    assert found == {
        day(6): BusinessDay(18 * HOUR, 26 * HOUR),
        day(7): BusinessDay(18 * HOUR, inf),
        day(8): BusinessDay(-inf, 26 * HOUR),
    }


def test_clocks_that_change_move_no_day() -> None:
    """Minutes are what the clocks show: that night is an hour longer."""
    nights = [off((number, 17), (number + 1, 9)) for number in range(23, 28)]
    assert nights[1].end - nights[1].begin == 17 * 3600
    assert set(business_days(nights, BERLIN).values()) == {NINE_TO_FIVE}


def test_days_on_which_posmon_did_not_run_are_not_known() -> None:
    """The terminal may have come back at any time."""
    torn = off((7, 17), (10, 9), unwatched_s=24 * 3600.0)
    found = business_days([*NIGHTS[:2], torn, off((10, 17), (11, 9))], BERLIN)
    assert found == {day(6): NINE_TO_FIVE, day(7): NINE_TO_FIVE}
