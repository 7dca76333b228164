from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.opening_hours import GRACE_MINUTES, BadHours, parse_opening_hours

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
    "text",
    [
        *("", ";", "always", "Mo-Fr", "08:00-20:00", "Mo-Fr 8:00-20:00", "Mo-Xx 08:00-20:00"),
        *("Mo 08:00-25:00", "Mo 08:60-20:00", "Mo 08:00-24:30", "Mo 08:00", "Mo-We-Fr 08:00-20:00"),
        *("Mo 08:00-20:00 Tu", "周一 08:00-20:00"),
    ],
)
def test_what_is_not_written_right_is_refused(text: str) -> None:
    """The reason says how it is written."""
    with pytest.raises(BadHours, match=r"write them as|written as|a day|after 24"):
        parse_opening_hours(text)


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
