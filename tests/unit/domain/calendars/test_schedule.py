from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.schedule import OnceOnly, Recurring

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def wall(moment: str, zone: ZoneInfo = BERLIN) -> float:
    """Return a clock time of a zone in unix seconds."""
    return datetime.fromisoformat(moment).replace(tzinfo=zone).timestamp()


def utc(moment: str) -> float:
    """Return a time of UTC in unix seconds."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()


def recurring(every: str) -> Recurring:
    """Return a recurring schedule."""
    return Recurring(parse_opening_hours(every))


def test_once_is_once() -> None:
    """From its beginning until before its end, whatever the zone."""
    once = OnceOnly(100.0, 200.0)
    assert [once.active_until(at, BERLIN) for at in (99.9, 100.0, 199.9, 200.0)] == [None, 200.0, 200.0, None]
    assert [once.next_start(at, SHANGHAI) for at in (0.0, 100.0)] == [100.0, None]
    assert once == OnceOnly(100.0, 200.0)
    assert once != OnceOnly(100.0, 201.0)
    assert hash(once) == hash(OnceOnly(100.0, 200.0))


@pytest.mark.parametrize("end", [100.0, 99.0])
def test_a_schedule_that_ends_before_it_begins_is_refused(end: float) -> None:
    """Also one that takes no time."""
    with pytest.raises(ValueError, match="before it begins"):
        OnceOnly(100.0, end)


# In Berlin the clocks of 2026 go forward on 29 March at 2:00 and back on 25 October at 3:00.
ACTIVE = [
    ("an ordinary night", "Mo-Su 02:00-04:00", "2026-11-16T01:00", "2026-11-16T03:00"),
    ("before it", "Mo-Su 02:00-04:00", "2026-11-16T00:59", None),
    ("at its end", "Mo-Su 02:00-04:00", "2026-11-16T03:00", None),
    ("begins in the gap: at its end", "Mo-Su 02:30-04:00", "2026-03-29T01:00", "2026-03-29T02:00"),
    ("not before the gap", "Mo-Su 02:30-04:00", "2026-03-29T00:59", None),
    ("ends in the gap: with it", "Mo-Su 01:00-02:30", "2026-03-29T00:30", "2026-03-29T01:00"),
    ("wholly in the gap: not at all", "Mo-Su 02:15-02:45", "2026-03-29T01:00", None),
    ("over midnight, an hour less", "Mo-Su 22:00-06:00", "2026-03-28T21:00", "2026-03-29T04:00"),
    ("over midnight, an hour more", "Mo-Su 22:00-06:00", "2026-10-24T20:00", "2026-10-25T05:00"),
    ("begins twice: at the first", "Mo-Su 02:30-04:00", "2026-10-25T00:30", "2026-10-25T03:00"),
    ("ends twice: at the second", "Mo-Su 01:00-02:30", "2026-10-25T00:45", "2026-10-25T01:30"),
    ("belongs to the day it begins", "Sa 22:00-06:00", "2026-11-22T03:00", "2026-11-22T05:00"),
    ("not to the day it ends", "Sa 22:00-06:00", "2026-11-21T03:00", None),
    ("an exception removes all of it", "Mo-Su 22:00-06:00; Nov 21 off", "2026-11-22T03:00", None),
    ("but not the night before", "Mo-Su 22:00-06:00; Nov 21 off", "2026-11-21T03:00", "2026-11-21T05:00"),
    ("spans that touch are one", "Mo-Su 20:00-24:00,00:00-04:00", "2026-11-21T21:00", "2026-11-22T03:00"),
    ("spans that overlap are one", "Mo-Su 20:00-23:00,22:00-01:00", "2026-11-21T21:00", "2026-11-22T00:00"),
]


@pytest.mark.parametrize(("every", "now", "until"), [case[1:] for case in ACTIVE], ids=[c[0] for c in ACTIVE])
def test_a_window_is_in_force_by_the_clock_of_its_place(every: str, now: str, until: str | None) -> None:
    """The moments are those of UTC, the window is in Berlin."""
    found = recurring(every).active_until(utc(now), BERLIN)
    assert found == (None if until is None else utc(until))


def test_one_window_holds_in_every_zone_at_its_own_time() -> None:
    """The zone is that of the site asked about."""
    nightly = recurring("Mo-Su 02:00-04:00")
    now = wall("2026-11-16T02:30", SHANGHAI)
    assert nightly.active_until(now, SHANGHAI) == wall("2026-11-16T04:00", SHANGHAI)
    assert nightly.active_until(now, BERLIN) is None
    assert nightly.active_until(now, SHANGHAI) == wall("2026-11-16T04:00", SHANGHAI)


@pytest.mark.parametrize(
    ("every", "now", "start"),
    [
        ("Mo-Su 02:00-04:00", "2026-11-16T01:00", "2026-11-16T02:00"),
        ("Mo-Su 02:00-04:00", "2026-11-16T02:00", "2026-11-17T02:00"),
        ("Mo-Su 02:00-04:00; Nov 17 off", "2026-11-16T02:00", "2026-11-18T02:00"),
        ("Dec 24 02:00-04:00", "2026-12-24T02:00", "2027-12-24T02:00"),
        ("2026 Dec 24 02:00-04:00", "2026-12-24T02:00", None),
        ("2026 Dec 24 02:00-04:00", "2026-12-24T05:00", None),
    ],
)
def test_the_next_start_is_announced(every: str, now: str, start: str | None) -> None:
    """While a window is in force, the next one is that after it."""
    found = recurring(every).next_start(wall(now), BERLIN)
    assert found == (None if start is None else wall(start))


def test_equal_schedules_are_equal() -> None:
    """So that a reload sees that nothing changed."""
    assert recurring("Mo-Su 02:00-04:00") == recurring("Mo-Su  02:00-04:00")
    assert recurring("Mo-Su 02:00-04:00") != recurring("Mo-Su 02:00-04:01")
    assert hash(recurring("Mo 02:00-04:00")) == hash(recurring("Mo 02:00-04:00"))
