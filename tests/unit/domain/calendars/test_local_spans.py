from datetime import date, datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.calendars.local_spans import HORIZON_S, LocalSpans
from tests.unit.domain.calendars.clock_nights import NIGHTS, minutes, shown

MinuteSpans = tuple[tuple[int, int], ...]
DAY = 24 * 60

spans = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(
    lambda drawn: (drawn[0] * 15, drawn[0] * 15 + drawn[1] * 15)
)
weeks = st.lists(st.lists(spans, max_size=2).map(tuple), min_size=7, max_size=7)


def grid(week: list[MinuteSpans], zone: ZoneInfo, night: date, *, is_narrow: bool) -> set[float]:
    """Return the minutes inside a span: no search, no arithmetic with zones, only what the clocks show.

    Wide spans reach from the first minute that is not before the beginning to the last before the end;
    narrow ones from behind the last minute before the beginning to the first that is not before the end.
    """
    seen = [(moment.timestamp(), shown(moment, zone)) for moment in minutes(night, days=4)]
    inside: set[float] = set()
    for ahead in range(-3, 3):
        day = night + timedelta(days=ahead)
        midnight = datetime.combine(day, datetime.min.time())
        for start, end in week[day.weekday()]:
            begin, finish = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
            if is_narrow:
                early = [wall for wall, clock in seen if clock < begin]
                late = [wall for wall, clock in seen if clock >= finish]
                first, last = max(early) + 60, min(late)
            else:
                first = next(wall for wall, clock in seen if clock >= begin)
                last = max(wall for wall, clock in seen if clock < finish) + 60
            inside.update(wall for wall, _ in seen if first <= wall < last)
    return inside


@settings(max_examples=40, deadline=None)
@given(weeks, st.sampled_from(sorted(NIGHTS)), st.integers(0, 1), st.booleans(), st.booleans())
def test_spans_are_those_of_a_minute_grid(
    week: list[MinuteSpans], zone_name: str, which: int, is_narrow: bool, forward: bool
) -> None:
    """In many zones, over both nights of the clock change, asked in either direction."""
    zone, night = ZoneInfo(zone_name), NIGHTS[zone_name][which]
    expected = grid(week, zone, night, is_narrow=is_narrow)
    asked = LocalSpans(lambda day: week[day.weekday()], zone, is_narrow=is_narrow)
    moments = [moment.timestamp() for moment in minutes(night, days=1)][::5]
    for wall in moments if forward else reversed(moments):
        stretch = asked.at(wall)
        assert stretch.is_inside is (wall in expected), datetime.fromtimestamp(wall, zone)
        assert stretch.begin <= wall < stretch.end


@settings(max_examples=40, deadline=None)
@given(weeks, st.sampled_from(sorted(NIGHTS)), st.integers(0, 1), st.booleans())
def test_a_stretch_ends_where_the_next_begins(
    week: list[MinuteSpans], zone_name: str, which: int, is_narrow: bool
) -> None:
    """And what is inside changes there, so that no moment is missed."""
    zone, night = ZoneInfo(zone_name), NIGHTS[zone_name][which]
    asked = LocalSpans(lambda day: week[day.weekday()], zone, is_narrow=is_narrow)
    stretch = asked.at(datetime(night.year, night.month, night.day, tzinfo=zone).timestamp())
    for _ in range(6):
        if stretch.end == inf or stretch.end > stretch.begin + HORIZON_S / 2:
            return
        following = asked.at(stretch.end)
        assert following.begin == stretch.end
        assert following.is_inside is not stretch.is_inside
        stretch = following


def test_one_day_of_the_year_is_found_from_anywhere() -> None:
    """And without any day there is no end."""
    zone = ZoneInfo("Asia/Shanghai")
    christmas = LocalSpans(lambda day: ((540, 600),) if (day.month, day.day) == (12, 24) else (), zone)
    stretch = christmas.at(datetime(2026, 6, 1, tzinfo=zone).timestamp())
    assert stretch == (
        False,
        datetime(2025, 12, 24, 10, tzinfo=zone).timestamp(),
        datetime(2026, 12, 24, 9, tzinfo=zone).timestamp(),
    )
    never = LocalSpans(lambda _day: (), zone)
    assert never.at(0.0) == (False, -inf, inf)


def test_a_stretch_is_worked_out_once() -> None:
    """A thousand terminals of a shop ask every second."""
    asked_for: list[date] = []

    def of_day(day: date) -> MinuteSpans:
        asked_for.append(day)
        return ((480, 1200),)

    shop = LocalSpans(of_day, ZoneInfo("UTC"))
    shop.at(1e9)
    asked_for.clear()
    for second in range(1000):
        shop.at(1e9 + second)
    assert asked_for == []
