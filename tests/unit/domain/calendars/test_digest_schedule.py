from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.calendars.digest_schedule import DigestSchedule, Every

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
)
HOUR_S = 3600.0


def wall(written: str) -> float:
    """Return a moment in unix seconds."""
    return datetime.fromisoformat(written).timestamp()


def daily(at: str, zone: str = "Europe/Berlin") -> DigestSchedule:
    """Return a daily schedule."""
    return DigestSchedule(every=Every.DAILY, at=time.fromisoformat(at), zone=ZoneInfo(zone))


def weekly(at: str, weekday: int = 0, zone: str = "Europe/Berlin") -> DigestSchedule:
    """Return a weekly schedule."""
    return DigestSchedule(
        every=Every.WEEKLY, at=time.fromisoformat(at), zone=ZoneInfo(zone), weekday=weekday
    )  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "now", "since", "until"),
    [
        (daily("08:00"), "2026-12-02T08:00+01:00", "2026-12-01T08:00+01:00", "2026-12-02T08:00+01:00"),
        (daily("08:00"), "2026-12-02T07:59+01:00", "2026-11-30T08:00+01:00", "2026-12-01T08:00+01:00"),
        # The clock goes forward on 2026-03-29: 23 hours, and there is no 02:30.
        (daily("08:00"), "2026-03-29T09:00+02:00", "2026-03-28T08:00+01:00", "2026-03-29T08:00+02:00"),
        (daily("02:30"), "2026-03-29T12:00+02:00", "2026-03-28T02:30+01:00", "2026-03-29T03:30+02:00"),
        (daily("02:30"), "2026-03-29T03:29+02:00", "2026-03-27T02:30+01:00", "2026-03-28T02:30+01:00"),
        # The clock goes back on 2026-10-25: 25 hours, and 02:30 comes twice; the first counts.
        (daily("08:00"), "2026-10-25T08:00+01:00", "2026-10-24T08:00+02:00", "2026-10-25T08:00+01:00"),
        (daily("02:30"), "2026-10-25T02:30+02:00", "2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00"),
        (daily("02:30"), "2026-10-25T02:45+01:00", "2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00"),
        (daily("00:00"), "2026-10-25T23:30+01:00", "2026-10-24T00:00+02:00", "2026-10-25T00:00+02:00"),
        # 2026-11-30 is a Monday.
        (weekly("08:00"), "2026-11-30T08:00+01:00", "2026-11-23T08:00+01:00", "2026-11-30T08:00+01:00"),
        (weekly("08:00"), "2026-11-30T07:59+01:00", "2026-11-16T08:00+01:00", "2026-11-23T08:00+01:00"),
        (weekly("08:00", 6), "2026-12-05T12:00+01:00", "2026-11-22T08:00+01:00", "2026-11-29T08:00+01:00"),
        (weekly("08:00"), "2026-03-30T09:00+02:00", "2026-03-23T08:00+01:00", "2026-03-30T08:00+02:00"),
    ],
)
def test_a_period_goes_from_one_time_it_is_due_to_the_next(
    schedule: DigestSchedule, now: str, since: str, until: str
) -> None:
    """By the clock on the wall, through both nights of the clock change."""
    assert schedule.period(wall(now)) == (wall(since), wall(until))


@given(
    zone=st.sampled_from(ZONES),
    at=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    weekday=st.none() | st.integers(0, 6),
    hours=st.integers(0, 24 * 800),
)
def test_periods_follow_each_other_without_gap_or_overlap(
    zone: str, at: time, weekday: int | None, hours: int
) -> None:
    """And each moment is in the period after the one that is over."""
    every = Every.DAILY if weekday is None else Every.WEEKLY
    schedule = DigestSchedule(every=every, at=at, zone=ZoneInfo(zone), weekday=weekday or 0)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours, minutes=hours % 60)
    since, until = schedule.period(now.timestamp())
    assert since < until <= now.timestamp()
    assert schedule.period(until) == (since, until)
    before = schedule.period(until - 1)
    assert before[1] == since
    # The next comes within a day or a week, and the hour or two of a clock change.
    days = 7 if weekday is not None else 1
    assert now.timestamp() - until <= days * 24 * HOUR_S + 2 * HOUR_S
    assert abs(until - since - days * 24 * HOUR_S) <= 2 * HOUR_S
