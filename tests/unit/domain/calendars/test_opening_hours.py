from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.calendars.opening_hours import (
    GRACE_MINUTES,
    BadHours,
    parse_day_hours,
    parse_opening_hours,
)

SHOP = "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-14:00"


def is_open(hours: str, moment: str, zone: str = "UTC") -> bool:
    """Tell whether a shop is open at a local time of its own."""
    local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    return parse_opening_hours(hours).is_open(local.timestamp(), ZoneInfo(zone))


CASES = [
    ("a working day", SHOP, "2026-11-20T10:00", True),
    ("within the grace before opening", SHOP, "2026-11-20T07:45", True),
    ("before the grace", SHOP, "2026-11-20T07:44", False),
    ("within the grace after closing", SHOP, "2026-11-20T18:14", True),
    ("after the grace", SHOP, "2026-11-20T18:15", False),
    ("the lunch break", SHOP, "2026-11-20T13:00", False),
    ("Saturday", SHOP, "2026-11-21T13:00", True),
    ("Sunday", SHOP, "2026-11-22T13:00", False),
    ("the evening of a bar", "Fr-Sa 18:00-02:00", "2026-11-20T23:00", True),
    ("its night", "Fr-Sa 18:00-02:00", "2026-11-21T01:00", True),
    ("the night after its last evening", "Fr-Sa 18:00-02:00", "2026-11-22T01:00", True),
    ("the night before its first", "Fr-Sa 18:00-02:00", "2026-11-20T01:00", False),
    ("Sunday night into Monday", "Su 20:00-04:00", "2026-11-23T03:00", True),
    ("days over the week's end", "Sa-Mo 08:00-10:00", "2026-11-22T09:00", True),
    ("days over the week's end, Tuesday", "Sa-Mo 08:00-10:00", "2026-11-24T09:00", False),
    ("always", "24/7", "2026-11-22T03:00", True),
    ("up to midnight", "Mo,we 08:00-24:00", "2026-11-18T23:59", True),
]


@pytest.mark.parametrize(("hours", "moment", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_a_shop_is_open_by_its_own_clock(hours: str, moment: str, zone: str, *, expected: bool) -> None:
    """Whatever the zone, and with a quarter of an hour of grace."""
    assert is_open(hours, moment, zone) is expected


def test_summer_time_moves_the_hours() -> None:
    """Eight o'clock is eight o'clock on the wall of the shop."""
    berlin = ZoneInfo("Europe/Berlin")
    hours = parse_opening_hours("Mo-Su 08:00-20:00")
    assert hours.is_open(datetime(2026, 7, 1, 6, 0, tzinfo=UTC).timestamp(), berlin)
    assert not hours.is_open(datetime(2026, 1, 1, 6, 0, tzinfo=UTC).timestamp(), berlin)


@pytest.mark.parametrize(
    ("text", "piece", "reason"),
    [
        ("", "", "write them as"),
        (";", "", "write them as"),
        ("PH off", "", "write them as"),
        ("always", "'always'", "written as"),
        ("Mo-Fr", "'Mo-Fr'", "written as"),
        ("08:00-20:00", "'08:00-20:00'", "written as"),
        ("周一 08:00-20:00", "'周一'", "a day that is not one of"),
        ("Mo 08:00-20:00; Tu 8:00-20:00", "'8:00-20:00'", "written as"),
        ("Mo-Xx 08:00-20:00", "'Mo-Xx'", "a day that is not one of"),
        ("Mo-We-Fr 08:00-20:00", "'Mo-We-Fr'", "a day that is not one of"),
        ("Mo 08:00-25:00", "'08:00-25:00'", "written as"),
        ("Mo 08:60-20:00", "'08:60-20:00'", "written as"),
        ("Mo 08:00-24:30", "'08:00-24:30'", "after 24"),
        ("Mo 08:00", "'08:00'", "written as"),
        ("Mo 08:00-20:00 Tu", "'08:00-20:00 Tu'", "written as"),
        ("Mo 08:00-20:00; Dec 32 off", "'Dec 32'", "a day that its month does not have"),
        ("Mo 08:00-20:00; 2026 Feb 29 off", "'2026 Feb 29'", "a day that its month does not have"),
        ("Mo 08:00-20:00; Dec 24-Xyz 2 off", "'Dec 24-Xyz 2'", "a month that is not one of"),
        ("Mo 08:00-20:00; Dec 26-24 off", "'Dec 26-24'", "ends before it begins"),
        ("Mo 08:00-20:00; 2026 Dec 26-2025 Dec 27 off", "'2026 Dec 26-2025 Dec 27'", "ends before"),
        ("Mo 08:00-20:00; Dec 26-2027 Jan 2 off", "'Dec 26-2027 Jan 2'", "a year at its end and none"),
        ("Mo 08:00-20:00; Dec off", "'Dec'", "not a date written as"),
        ("Mo 08:00-20:00; Mo,Dec 24 off", "'Mo'", "a rule of its own"),
        ("Mo 08:00-20:00; SH off", "'SH'", "a day that is not one of"),
        ("Mo 08:00-20:00;" + 50 * "x", repr(40 * "x" + "..."), "written as"),
        ("Mo 4111111111111111", "a number", "written as"),
        ("Mo \x1b[2J", "'Mo \\x1b[2J'", "written as"),
    ],
)
def test_what_is_not_written_right_is_refused(text: str, piece: str, reason: str) -> None:
    """The message names the piece that is wrong, as far as it may be shown, and how it is written."""
    with pytest.raises(BadHours, match=reason) as refusal:
        parse_opening_hours(text)
    assert str(refusal.value).startswith(piece)


CHRISTMAS = "Mo-Fr 08:00-20:00; PH 10:00-16:00; Dec 24 09:00-14:00; Dec 25-26 off; 2026 Dec 31 off"


@pytest.mark.parametrize(
    ("day", "is_holiday", "spans"),
    [
        ("2026-12-23", False, ((480, 1200),)),
        ("2026-12-23", True, ((600, 960),)),
        ("2026-12-24", False, ((540, 840),)),
        ("2026-12-25", True, ()),
        ("2026-12-26", False, ()),
        ("2026-12-31", False, ()),
        ("2027-12-31", False, ((480, 1200),)),
        ("2026-12-27", True, ((600, 960),)),
        ("2026-12-27", False, ()),
    ],
)
def test_a_date_beats_a_holiday_and_that_the_day_of_the_week(
    day: str, spans: tuple[tuple[int, int], ...], *, is_holiday: bool
) -> None:
    """In whatever order the rules are written."""
    for text in (CHRISTMAS, "; ".join(reversed(CHRISTMAS.split("; ")))):
        assert parse_opening_hours(text).on(date.fromisoformat(day), is_holiday=is_holiday) == spans


def test_without_a_rule_for_holidays_they_are_days_like_any_other() -> None:
    """Most shops in China are open on them."""
    hours = parse_opening_hours("Mo-Su 08:00-20:00")
    assert hours.on(date(2026, 10, 1), is_holiday=True) == ((480, 1200),)


def test_rules_for_one_day_of_the_week_add_up_and_off_takes_back() -> None:
    """What stands behind `off` counts again; of dates the last wins."""
    hours = parse_opening_hours(
        "Mo-Su 08:00-12:00; Sa-Su,PH off; Su 09:00-10:00; Mo 14:00-15:00; Su 11:00-11:30"
    )
    assert hours.weekdays[0] == ((480, 720), (840, 900))
    assert hours.weekdays[5] == ()
    assert hours.weekdays[6] == ((540, 600), (660, 690))
    assert hours.holidays == ()
    dated = parse_opening_hours("24/7; Dec 24-26 off; Dec 25 10:00-12:00,13:00-14:00")
    assert dated.on(date(2026, 12, 25)) == ((600, 720), (780, 840))
    assert dated.on(date(2026, 12, 26)) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("24/7", True), ("Mo-Su 00:00-24:00", True), ("24/7; PH off", False), ("24/7; Jan 1 off", False)],
)
def test_around_the_clock_is_without_an_exception(text: str, *, expected: bool) -> None:
    """Such a shop never closes."""
    assert parse_opening_hours(text).is_around_the_clock is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("off", ()), ("Closed", ()), ("09:00-14:00", ((540, 840),)), ("9-14", "'9-14' is not a time")],
)
def test_the_hours_of_one_day(text: str, expected: tuple[tuple[int, int], ...] | str) -> None:
    """As a calendar has them."""
    if isinstance(expected, str):
        with pytest.raises(BadHours, match=expected):
            parse_day_hours(text)
    else:
        assert parse_day_hours(text) == expected


@given(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1439), st.integers(0, 7 * 1440 - 1))
def test_a_span_is_open_for_as_long_as_it_says(day: int, start: int, length: int, minute: int) -> None:
    """Counted round the week from its beginning."""
    end = (start + length) % 1440
    name = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[day]
    text = f"{name} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    moment = datetime(2026, 11, 16, tzinfo=UTC) + timedelta(minutes=minute)
    since = (minute - (day * 1440 + start) + GRACE_MINUTES) % (7 * 1440)
    expected = since < length + 2 * GRACE_MINUTES
    assert parse_opening_hours(text).is_open(moment.timestamp(), UTC) is expected
