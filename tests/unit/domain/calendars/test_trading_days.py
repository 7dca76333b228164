from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.trading_days import trading_time_s
from monitor.domain.calendars.trading_hours import TradingHours
from tests.unit.domain.calendars.test_trading_hours import SHANGHAI, SHOP, trading, wall

HOUR_S = 3600.0
BERLIN = ZoneInfo("Europe/Berlin")
CLUB = "Fr-Sa 22:00-06:00"


@pytest.mark.parametrize(
    ("sentence", "hours", "begin", "end", "counted_h"),
    [
        ("over one night", SHOP, "2026-11-16T20:00", "2026-11-17T08:00", 12),
        ("a Sunday does not count", SHOP, "2026-11-21T18:00", "2026-11-23T08:00", 14),
        ("nor does what of it has passed", SHOP, "2026-11-21T18:00", "2026-11-22T09:00", 6),
        ("from within a closed day", SHOP, "2026-11-22T12:00", "2026-11-23T01:00", 1),
        ("two weeks", SHOP, "2026-11-16T00:00", "2026-11-30T00:00", 12 * 24),
        ("a night belongs to the day of its evening", CLUB, "2026-11-20T23:00", "2026-11-22T05:00", 25),
        ("always open", "24/7", "2026-11-20T23:00", "2026-11-22T05:00", 30),
        ("backwards", SHOP, "2026-11-22T12:00", "2026-11-20T01:00", 0),
    ],
)
def test_only_days_on_which_the_shop_opens_count(
    sentence: str, hours: str, begin: str, end: str, counted_h: float
) -> None:
    """From midnight to midnight by the clock of the shop."""
    assert trading_time_s(wall(begin), wall(end), trading(hours)) == counted_h * HOUR_S, sentence


def test_without_hours_every_day_counts() -> None:
    """Nobody knows when the shop is closed."""
    assert trading_time_s(1000.0, 90_000_000.0, None) == 89_999_000.0
    assert trading_time_s(2000.0, 1000.0, None) == 0.0


def test_a_closed_day_of_the_calendar_does_not_count() -> None:
    """The operator's own."""
    closed = Calendar(name="own", closed=frozenset({date(2026, 11, 17)}))
    hours = trading(SHOP, calendar=closed)
    assert trading_time_s(wall("2026-11-16T20:00"), wall("2026-11-18T08:00"), hours) == 12 * HOUR_S


@pytest.mark.parametrize(("day", "length_h"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: str, length_h: int) -> None:
    """Both nights in which the clocks change."""
    hours = trading("Mo-Su 08:00-20:00", BERLIN)
    begin = wall(f"{day}T00:00", BERLIN)
    following = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    end = wall(f"{following}T00:00", BERLIN)
    assert trading_time_s(begin, end, hours) == length_h * HOUR_S


@given(
    st.integers(0, 60 * 24),
    st.integers(0, 40 * 24),
    st.sampled_from([SHOP, "Tu 10:00-11:00", "Oct 3 10:00-11:00", "Fr 22:00-04:00"]),
    st.sampled_from([SHANGHAI, BERLIN]),
)
@settings(max_examples=60)
def test_it_is_the_sum_of_the_hours(begin_h: int, length_h: int, written: str, zone: ZoneInfo) -> None:
    """Hour by hour, each counts if its day does."""
    hours = TradingHours(parse_opening_hours(written), zone)
    begin = wall("2026-09-15T00:00", zone) + begin_h * HOUR_S
    moments = [begin + hour * HOUR_S for hour in range(length_h)]
    days = [datetime.fromtimestamp(moment, zone).date() for moment in moments]
    counted = sum(bool(hours.hours.on(day)) for day in days)
    assert trading_time_s(begin, begin + length_h * HOUR_S, hours) == counted * HOUR_S
