from datetime import date

import pytest

from monitor.domain.calendars.public_holidays import PublicHolidays, UnknownCountry

FRIDAY, MONDAY, TUESDAY = 4, 0, 1


@pytest.mark.parametrize(
    ("day", "weekday"),
    [
        (date(2026, 1, 4), FRIDAY),
        (date(2026, 2, 14), FRIDAY),
        (date(2026, 2, 28), MONDAY),
        (date(2026, 5, 9), TUESDAY),
        (date(2026, 9, 20), TUESDAY),
        (date(2001, 12, 29), 2),
        (date(2026, 1, 11), None),
        (date(2026, 2, 23), None),
    ],
)
def test_china_works_at_weekends_for_days_off(day: date, weekday: int | None) -> None:
    """The day counts as the weekday that it replaces, also that of the next year."""
    assert PublicHolidays("CN").worked_as(day) == weekday


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 23), True),
        (date(2026, 10, 1), True),
        (date(2026, 2, 14), False),
        (date(2026, 3, 2), False),
    ],
)
def test_the_days_off_of_china_are_holidays(day: date, *, expected: bool) -> None:
    """Also those that were moved, which other libraries do not know."""
    assert PublicHolidays("CN").includes(day) is expected


def test_a_part_of_a_country_has_its_own() -> None:
    """Bavaria celebrates Epiphany, Berlin does not."""
    epiphany = date(2026, 1, 6)
    assert PublicHolidays("DE", "BY").includes(epiphany)
    assert not PublicHolidays("DE", "BE").includes(epiphany)
    assert PublicHolidays("DE", "BY").worked_as(date(2026, 1, 4)) is None


@pytest.mark.parametrize(
    ("country", "part", "reason"), [("XX", "", "no such country"), ("DE", "ZZ", "DE has no such part")]
)
def test_an_unknown_country_is_refused(country: str, part: str, reason: str) -> None:
    """Before anybody asks for a day."""
    with pytest.raises(UnknownCountry, match=reason):
        PublicHolidays(country, part)
