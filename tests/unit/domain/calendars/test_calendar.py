from datetime import date

import pytest

from monitor.domain.calendars.calendar import Calendar, HolidayDates
from monitor.domain.calendars.opening_hours import MinuteSpans, parse_opening_hours
from monitor.domain.calendars.public_holidays import PublicHolidays

HOURS = parse_opening_hours("Mo-Th 08:00-20:00; Fr 08:00-22:00; PH 10:00-16:00; Dec 24 09:00-14:00")
CHINA = Calendar(
    name="cn",
    holidays=PublicHolidays("CN"),
    working_days_too=True,
    closed=frozenset({date(2026, 12, 24), date(2026, 10, 2), date(2026, 10, 3)}),
    hours={date(2026, 10, 3): ((0, 60),), date(2026, 10, 1): ((120, 180),)},
)


@pytest.mark.parametrize(
    ("day", "spans"),
    [
        (date(2026, 11, 16), ((480, 1200),)),
        (date(2026, 11, 22), ()),
        (date(2026, 10, 5), ((600, 960),)),
        (date(2026, 2, 14), ((480, 1320),)),
        (date(2026, 2, 28), ((480, 1200),)),
        (date(2026, 12, 24), ()),
        (date(2026, 10, 2), ()),
        (date(2026, 10, 3), ((0, 60),)),
        (date(2026, 10, 1), ((120, 180),)),
        (date(2025, 12, 24), ((540, 840),)),
    ],
)
def test_the_operators_dates_overrule_all_else(day: date, spans: MinuteSpans) -> None:
    """Hours beat closed days, both beat the shop's own rules and the holidays."""
    assert CHINA.on(day, HOURS) == spans


def test_make_up_days_count_only_where_they_are_asked_for() -> None:
    """A shop may stay closed on a Saturday that offices work."""
    idle = Calendar(name="cn", holidays=PublicHolidays("CN"))
    assert idle.on(date(2026, 2, 14), HOURS) == ()
    assert idle.on(date(2026, 2, 23), HOURS) == ((600, 960),)


def test_a_list_of_dates_will_do() -> None:
    """For a country or a company that no library knows."""
    own = Calendar(name="own", holidays=HolidayDates(frozenset({date(2026, 11, 16)})), working_days_too=True)
    assert own.on(date(2026, 11, 16), HOURS) == ((600, 960),)
    assert own.on(date(2026, 11, 17), HOURS) == ((480, 1200),)
