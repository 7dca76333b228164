"""Where a rhythm and given hours do not agree."""

import pytest

from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.rhythm.business_days import BusinessDay
from monitor.domain.rhythm.contradiction import contradiction
from monitor.domain.rhythm.weekly_rhythm import WeeklyRhythm

DAILY = BusinessDay(540.0, 1200.0)


def said(given: str, *days: BusinessDay | None) -> str:
    """Return the remark on a week that begins with these days, and goes on from nine to eight."""
    week = (*days, *[DAILY] * (7 - len(days)))
    rhythm = WeeklyRhythm(week=week, agreeing=28, known=28, margin=5)
    found = contradiction(parse_opening_hours(given), rhythm)
    return found.en if found else ""


@pytest.mark.parametrize(
    ("given", "days", "expected"),
    [
        pytest.param("Mo-Su 09:00-20:00", (), "", id="the same"),
        pytest.param("Mo-Su 08:45-20:00", (), "", id="within the margin of opening"),
        pytest.param("Mo-Su 08:30-20:00", (), "comes on 30 minutes after opening on Mo-Su", id="late"),
        pytest.param("Mo-Su 09:00-21:00", (), "", id="within the hour before closing"),
        pytest.param("Mo-Fr 09:00-21:30", (), "goes off 90 minutes before closing on Mo-Fr", id="early"),
        pytest.param("Mo-Su 10:00-18:00", (), "", id="on while it is closed"),
        pytest.param("Mo-Su 09:00-20:00", (None,), "stays off on Mo", id="off"),
        pytest.param("Tu-Su 09:00-20:00", (DAILY,), "", id="on while it is closed all day"),
        pytest.param("Mo-Su 09:00-12:00,14:00-20:00", (), "", id="a lunch break"),
        pytest.param(
            "Mo 08:00-20:00; Tu-Su 09:00-20:00", (), "comes on 60 minutes after opening on Mo", id="Mo"
        ),
        pytest.param("24/7", (), "comes on 540 minutes after opening on Mo-Su", id="never closed"),
    ],
)
def test_what_would_be_told_contradicts(given: str, days: tuple[None, ...], expected: str) -> None:
    """Late, early or off; who is on while the shop is closed does no harm."""
    assert said(given, *days) == expected
