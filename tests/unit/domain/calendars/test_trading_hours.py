from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import inf
from time import perf_counter
from zoneinfo import ZoneInfo

import opening_hours
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.public_holidays import PublicHolidays
from monitor.domain.calendars.trading_hours import BEFORE_CLOSING_S, MARGIN_S, TradingHours
from tests.unit.domain.calendars.clock_nights import NIGHTS

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHOP = "Mo-Fr 08:00-20:00; Sa 09:00-12:00,14:00-18:00"
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def trading(hours: str, zone: ZoneInfo = SHANGHAI, calendar: Calendar | None = None) -> TradingHours:
    """Return the trading hours of a shop."""
    return TradingHours(parse_opening_hours(hours), zone, calendar)


def wall(moment: str, zone: ZoneInfo = SHANGHAI) -> float:
    """Return a clock time of a zone in unix seconds."""
    return datetime.fromisoformat(moment).replace(tzinfo=zone).timestamp()


# 2026-11-16 is a Monday.
EXPECTED_OFF = [
    ("switched off at closing", SHOP, "2026-11-16T20:00", "2026-11-16T20:05", "2026-11-17T08:15"),
    ("an hour before", SHOP, "2026-11-16T19:00", "2026-11-16T21:00", "2026-11-17T08:15"),
    ("more than an hour before", SHOP, "2026-11-16T18:59", "2026-11-16T21:00", None),
    ("a quarter of an hour before closing", SHOP, "2026-11-16T19:40", "2026-11-16T19:45", "2026-11-17T08:15"),
    ("earlier than that it is news", SHOP, "2026-11-16T19:40", "2026-11-16T19:44", None),
    ("in the middle of the night", SHOP, "2026-11-17T03:00", "2026-11-17T03:01", "2026-11-17T08:15"),
    ("just opened", SHOP, "2026-11-16T20:00", "2026-11-17T08:14", "2026-11-17T08:15"),
    ("open for a quarter of an hour", SHOP, "2026-11-16T20:00", "2026-11-17T08:15", None),
    ("went off while opening", SHOP, "2026-11-17T08:05", "2026-11-17T08:06", "2026-11-17T08:15"),
    ("the second night off", SHOP, "2026-11-16T20:00", "2026-11-17T21:00", None),
    ("over Sunday", SHOP, "2026-11-21T18:10", "2026-11-22T12:00", "2026-11-23T08:15"),
    ("the lunch break", SHOP, "2026-11-21T12:00", "2026-11-21T13:00", "2026-11-21T14:15"),
    ("a bar at noon", "Fr-Sa 18:00-02:00", "2026-11-21T01:30", "2026-11-21T12:00", "2026-11-21T18:15"),
    ("a bar at night", "Fr-Sa 18:00-02:00", "2026-11-20T19:00", "2026-11-21T01:00", None),
    ("around the clock", "24/7", "2026-11-16T20:00", "2026-11-16T23:00", None),
    ("written out", "Mo-Su 00:00-24:00", "2026-11-16T20:00", "2026-11-16T23:00", None),
    ("a date off", "24/7; Dec 25 off", "2026-12-25T01:00", "2026-12-25T12:00", "2026-12-26T00:15"),
    (
        "open for ten minutes",
        "Mo 10:00-10:10,10:20-20:00",
        "2026-11-16T10:10",
        "2026-11-16T10:15",
        "2026-11-16T10:35",
    ),
    (
        "since before those",
        "Mo 10:00-10:10,10:20-20:00",
        "2026-11-15T10:10",
        "2026-11-16T10:14",
        "2026-11-16T10:15",
    ),
    ("and after them", "Mo 10:00-10:10,10:20-20:00", "2026-11-15T10:10", "2026-11-16T10:16", None),
]


@pytest.mark.parametrize(
    ("hours", "since", "now", "until"), [case[1:] for case in EXPECTED_OFF], ids=[c[0] for c in EXPECTED_OFF]
)
def test_a_terminal_is_expected_to_be_off_while_its_shop_is_closed(
    hours: str, since: str, now: str, until: str | None
) -> None:
    """A quarter of an hour longer on both sides, if it went off no more than an hour before closing."""
    found = trading(hours).expected_off(wall(since), wall(now))
    assert found == (None if until is None else wall(until))


def test_a_shop_that_never_opens_is_closed_for_a_long_time() -> None:
    """Its hours may be those of last year; the end can still be written as a date."""
    closed = trading("2020 Dec 24 09:00-12:00")
    until = closed.expected_off(wall("2026-11-16T20:00"), wall("2026-11-16T20:00"))
    assert until is not None
    assert wall("2027-11-16T20:00") < until < wall("2028-11-16T20:00")
    assert closed.next_change(wall("2026-11-16T20:00")) == inf


def test_a_holiday_prolongs_the_night() -> None:
    """China's National Day, with a calendar that says so."""
    china = Calendar(name="cn", holidays=PublicHolidays("CN"), working_days_too=True)
    shop = trading("Mo-Fr 08:00-20:00; PH off", calendar=china)
    until = shop.expected_off(wall("2026-09-30T20:00"), wall("2026-10-01T12:00"))
    assert until == wall("2026-10-08T08:15")
    assert shop.is_open(wall("2026-09-20T10:00")), "a Sunday that is worked"
    assert not shop.is_open(wall("2026-09-13T10:00"))


def test_a_calendar_can_close_a_shop_that_is_always_open() -> None:
    """The operator's date overrules `24/7`."""
    calendar = Calendar(name="own", closed=frozenset({date(2026, 12, 31)}))
    shop = trading("24/7", calendar=calendar)
    assert not shop.is_open(wall("2026-12-31T10:00"))
    assert shop.next_change(wall("2026-12-30T10:00")) == wall("2026-12-31T00:00")
    assert trading("24/7").next_change(0.0) == inf


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("07:44", False), ("07:45", True), ("08:00", True), ("19:59", True), ("20:14", True), ("20:15", False)],
)
def test_grace_is_on_both_sides(moment: str, *, expected: bool) -> None:
    """For what happens a little before opening or after closing."""
    shop = trading("Mo-Su 08:00-20:00")
    assert shop.is_open(wall(f"2026-11-16T{moment}"), grace_s=900) is expected


def test_in_the_night_that_is_an_hour_longer_the_shop_may_close_at_either() -> None:
    """Half past two comes twice: terminals may go off at the first, payments are right until the second."""
    berlin = ZoneInfo("Europe/Berlin")
    bar = trading("Sa 18:00-02:30", berlin)
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC).timestamp() for hour in (0, 1))
    assert bar.expected_off(first - 60, first) is not None
    assert bar.is_open(second - 60)
    assert not bar.is_open(second)


drawn_spans = st.tuples(st.integers(0, 47), st.integers(1, 40)).map(
    lambda drawn: (drawn[0] * 30, min(drawn[0] * 30 + drawn[1] * 30, drawn[0] * 30 + 1410))
)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _written(week: list[tuple[int, int] | None]) -> str:
    rules = [f"{day} {_clock(s[0])}-{_clock(s[1])}" for day, s in zip(DAYS, week, strict=True) if s]
    return "; ".join(rules)


weeks = st.lists(st.none() | drawn_spans, min_size=7, max_size=7).filter(any).map(_written)


@settings(max_examples=60, deadline=None)
@given(weeks, st.sampled_from(sorted(set(NIGHTS) - {"Pacific/Apia"})), st.integers(0, 1))
def test_another_implementation_says_the_same(hours: str, zone_name: str, which: int) -> None:
    """Around both nights of the clock change, but for times that such a night has twice or not at all."""
    zone, night = ZoneInfo(zone_name), NIGHTS[zone_name][which]
    shop = trading(hours, zone)
    # In OpenStreetMap's syntax a day's rule cuts off the night before it, unless a comma adds it.
    oracle = opening_hours.OpeningHours(hours.replace(";", ","), timezone=zone, auto_country=False)
    moment = datetime(night.year, night.month, night.day, tzinfo=zone).astimezone(UTC) - timedelta(days=2)
    for _ in range(4 * 24 * 4):
        moment += timedelta(minutes=15)
        if _is_odd(moment, zone):
            continue
        local = moment.astimezone(zone)
        assert shop.is_open(moment.timestamp()) is oracle.is_open(local), local


def _is_odd(moment: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the clocks change within two hours."""
    around = [moment + timedelta(minutes=minutes) for minutes in (-120, 120)]
    return around[0].astimezone(zone).utcoffset() != around[1].astimezone(zone).utcoffset()


DATED = [
    "",
    "; PH off",
    "; Dec 24 09:00-14:00",
    "; Dec 24-26 off",
    "; Dec 31-Jan 02 10:00-11:00; 2026 Dec 30 off",
]


@pytest.mark.parametrize("hours", [f"Mo-Fr 08:00-20:00; Sa 09:00-14:00{rule}" for rule in DATED])
def test_dates_and_holidays_are_those_of_another_implementation(hours: str) -> None:
    """Germany's holidays, which it knows rightly, over three years."""
    berlin = ZoneInfo("Europe/Berlin")
    shop = trading(hours, berlin, Calendar(name="de", holidays=PublicHolidays("DE")))
    oracle = opening_hours.OpeningHours(hours, timezone=berlin, country="DE")
    moment = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    while moment.year < 2029:
        moment += timedelta(hours=1)
        local = moment.astimezone(berlin)
        assert shop.is_open(moment.timestamp()) is oracle.is_open(local), local


@settings(max_examples=60, deadline=None)
@given(weeks, st.sampled_from(sorted(NIGHTS)), st.integers(0, 1), st.integers(0, 72))
def test_being_off_is_expected_in_the_closed_periods_with_their_margins(
    hours: str, zone_name: str, which: int, hours_off: int
) -> None:
    """As the rule says it, with every closed period found by walking from change to change."""
    zone, night = ZoneInfo(zone_name), NIGHTS[zone_name][which]
    shop, fresh = trading(hours, zone), TradingHours(parse_opening_hours(hours), zone)
    start = datetime(night.year, night.month, night.day, tzinfo=zone).timestamp() - 86400
    periods = [*_closed_periods(fresh, start)]
    for step in range(0, 2 * 1440, 7):
        now = start + step * 60
        since = now - hours_off * 3600
        expected = None
        for closing, opening in periods:
            covers = closing - MARGIN_S <= now < opening + MARGIN_S
            if covers and since >= closing - BEFORE_CLOSING_S:
                expected = opening + MARGIN_S
        assert shop.expected_off(since, now) == expected
        assert shop.next_turn(now) > now


def _closed_periods(shop: TradingHours, start: float) -> list[tuple[float, float]]:
    """Return the closed periods around `start`, a change at a time."""
    changes = [*shop._narrow.around(start, 9 * 86400)]
    near = [span for span in changes[:400] if span[0] < start + 12 * 86400] + changes[:1]
    return [
        (before[1], after[0]) for before, after in pairwise([(0.0, -inf), *sorted(set(near)), (inf, inf)])
    ]


def test_asking_costs_next_to_nothing() -> None:
    """Three microseconds at most; the fastest of many rounds, since others work on this machine too."""
    shop = trading(SHOP)
    since, now = wall("2026-11-16T20:00"), wall("2026-11-16T23:00")
    rounds = []
    for _ in range(20):
        began = perf_counter()
        for _ in range(1000):
            shop.expected_off(since, now)
        rounds.append((perf_counter() - began) / 1000)
    assert min(rounds) < 3e-6
