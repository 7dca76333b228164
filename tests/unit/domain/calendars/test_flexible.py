"""Flexible windows, against a grid of minutes."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.calendars.flexible import flexible_until
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.schedule import OnceOnly, Recurring, Schedule

HOUR = 3600.0
BERLIN = ZoneInfo("Europe/Berlin")
AUTUMN, SPRING = 1_792_886_400.0, 1_774_742_400.0
"""One hour before the clocks of Berlin change, in each of the two nights of 2026."""

ONCE = OnceOnly(10 * HOUR, 14 * HOUR)


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        pytest.param(11, 11, 11.75, id="from the failure"),
        pytest.param(11, 11.74, 11.75, id="to its length"),
        pytest.param(11, 11.75, None, id="and no longer"),
        pytest.param(5, 10, 10.75, id="down before: from the beginning"),
        pytest.param(5, 9.9, None, id="before it begins"),
        pytest.param(5, 10.75, None, id="down before, and still"),
        pytest.param(13.9, 14.5, 14.65, id="over the end of the window"),
        pytest.param(14, 14, None, id="what fails at the end is not held"),
        pytest.param(13.99, 14.75, None, id="nothing is held past end and length"),
    ],
)
def test_a_failure_is_held_for_the_length(since: float, now: float, expected: float | None) -> None:
    """In hours."""
    found = flexible_until(ONCE, length_s=0.75 * HOUR, since=since * HOUR, wall=now * HOUR, zone=UTC)
    assert (None if found is None else found / HOUR) == (pytest.approx(expected) if expected else None)


def test_every_span_counts_anew() -> None:
    """What is down for days is held for the length each night."""
    nightly = Recurring(parse_opening_hours("Mo-Su 02:00-05:00"))
    for night in range(3):
        begin = 1_794_880_800.0 + night * 24 * HOUR
        assert nightly.active_until(begin, UTC) == begin + 3 * HOUR
        assert nightly.active_until(begin - 1, UTC) is None
        for after_s, is_held in ((-1.0, False), (0.0, True), (2699.0, True), (2700.0, False)):
            until = flexible_until(nightly, length_s=2700, since=0.0, wall=begin + after_s, zone=UTC)
            assert until == (begin + 2700 if is_held else None)


RULES = (
    "Mo-Su 02:00-05:00",
    "Mo-Su 23:30-00:30",
    "Mo-Su 01:30-02:30",
    "Mo-Su 03:00-03:20,04:00-04:20",
    "Su 02:00-03:00",
)
SCHEDULES: tuple[Schedule, ...] = (
    *(Recurring(parse_opening_hours(every)) for every in RULES),
    OnceOnly(AUTUMN, AUTUMN + 4 * HOUR),
)


def by_minutes(schedule: Schedule, length_s: float, since: float, now: float) -> float | None:
    """Return the same by walking over the minutes, for moments at whole minutes."""
    until: float | None = None
    minute, opened, was_active = since - 3 * 86_400, 0.0, False
    while minute <= now:
        is_active = schedule.active_until(minute, BERLIN) is not None
        end = schedule.active_until(minute - 60, BERLIN)
        if is_active and (not was_active or end == minute):
            opened = minute
        starts = is_active and minute == max(since, opened)
        if starts and minute <= now < minute + length_s:
            until = max(until or 0.0, minute + length_s)
        was_active, minute = is_active, minute + 60
    return until


@settings(max_examples=60, deadline=None)
@given(
    schedule=st.sampled_from(SCHEDULES),
    night=st.sampled_from((AUTUMN, SPRING)),
    length_min=st.integers(1, 240),
    since_min=st.integers(-24 * 60, 12 * 60),
    now_min=st.integers(0, 20 * 60),
)
def test_it_is_what_a_walk_over_the_minutes_finds(
    schedule: Schedule, night: float, length_min: int, since_min: int, now_min: int
) -> None:
    """Also in both nights of the clock change, and never past the end of a span and the length."""
    since, length_s = night + since_min * 60, length_min * 60.0
    now = since + now_min * 60
    found = flexible_until(schedule, length_s=length_s, since=since, wall=now, zone=BERLIN)
    assert found == by_minutes(schedule, length_s, since, now)
