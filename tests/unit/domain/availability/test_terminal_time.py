from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.availability.calculation import AvailabilityCalculation, PeriodFacts
from monitor.domain.availability.facts import (
    Episode,
    EpisodeKind,
    Profile,
    ProfileFrom,
    RuleInForce,
    Watch,
    WindowRule,
)
from monitor.domain.availability.report import AvailabilityRow, GroupBy, ReportQuery
from monitor.domain.availability.states import ServiceState
from tests.unit.domain.availability.oracle import History, seconds_of

ALWAYS = [Watch(began=0, ended=2**40)]
STEP = 300
DAY = 86_400
NOON = 1_795_219_200
"""2026-11-21T00:00:00Z, a multiple of STEP."""

SHOP = Profile(site="mall", opening_hours="Mo-Su 08:00-20:00", timezone="Europe/Berlin")
NIGHT = Profile(site="bar", opening_hours="Mo-Su 18:00-02:30", timezone="Europe/Berlin")
KIOSK = Profile(site="kiosk")
IN_REPAIR = Profile(site="mall", maintenance=True)
HOURS = (SHOP, NIGHT, KIOSK, IN_REPAIR, None)


def rows_of(
    history: History, since: int, until: int, by: GroupBy = GroupBy.TERMINAL
) -> list[AvailabilityRow]:
    """Work out the rows of a history of one terminal."""
    rules = [
        RuleInForce(id=f"w{n}", since=0, rule=WindowRule(name="w", begin=begin, end=end))
        for n, (begin, end) in enumerate(history.planned)
    ]
    groups = [
        Episode(subject="/fleet", kind=EpisodeKind.UNKNOWN, began=begin, ended=end)
        for begin, end in history.link
    ]
    facts = PeriodFacts(
        watches=history.watches,
        rules=rules,
        groups=groups,
        profiles=history.profiles,
        episodes=history.episodes,
    )
    calculation = AvailabilityCalculation(
        facts, ReportQuery(since=since, until=until, by=by), now=history.now, late_s=7 * DAY
    )
    return list(calculation.rows())


def check(history: History, since: int, until: int, *, step: int = STEP) -> None:
    """Compare with the oracle, state by state; the parts are the length of the period exactly."""
    expected = seconds_of(history, since, until, step=step)
    rows = rows_of(history, since, until)
    if not rows:
        assert set(expected) == {ServiceState.UNMONITORED}
        return
    (row,) = rows
    assert {state: count for state, count in row.seconds.by_state().items() if count} == expected
    assert row.seconds.total == until - since
    groups = rows_of(history, since, until, GroupBy.SITE)
    inside = sum(one.seconds.total for one in groups)
    outside = row.seconds.unmonitored - row.seconds.unwatched
    assert inside + outside == until - since


def steps(lowest: int, highest: int) -> st.SearchStrategy[int]:
    """Return moments, in seconds after NOON."""
    return st.integers(lowest // STEP, highest // STEP).map(lambda number: NOON + number * STEP)


@st.composite
def histories(draw: st.DrawFn) -> tuple[History, int, int]:
    """Return a history of three days or so, and a period in it."""
    since = draw(steps(0, DAY))
    until = since + draw(st.integers(1, 2 * DAY // STEP)) * STEP
    now = until + draw(st.integers(0, DAY // STEP)) * STEP
    moves = sorted(draw(st.sets(steps(-DAY, 3 * DAY), max_size=3)))
    profiles = [
        ProfileFrom(terminal_id="t", since=at, profile=draw(st.sampled_from(HOURS)))
        for at in (NOON - 9 * DAY, *moves)
    ]
    return (
        History(
            profiles=profiles,
            episodes=[
                *episodes(draw, EpisodeKind.DOWN, now),
                *episodes(draw, EpisodeKind.UNKNOWN, now),
                *episodes(draw, EpisodeKind.IMPAIRED, now),
            ],
            watches=[Watch(began=a, ended=b) for a, b in draw(spans(-2 * DAY, 4 * DAY, 3))]
            or [Watch(began=0, ended=2**40)],
            planned=draw(spans(-DAY, 3 * DAY, 2)),
            link=draw(spans(-DAY, 3 * DAY, 2)),
            now=now,
        ),
        since,
        until,
    )


def spans(lowest: int, highest: int, most: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Return spans that do not overlap, in order."""
    edges = st.sets(steps(lowest, highest), max_size=2 * most).map(sorted)
    return edges.map(lambda found: list(zip(found[::2], found[1::2], strict=False)))


def episodes(draw: st.DrawFn, kind: EpisodeKind, now: int) -> Sequence[Episode]:
    """Return episodes of a kind; the last may go on."""
    found = [(a, b) for a, b in draw(spans(-2 * DAY, 3 * DAY, 3)) if a < now]
    goes_on = draw(st.booleans())
    last = len(found) - 1
    return [
        Episode(
            subject="t", kind=kind, about="PaperOut" if kind is EpisodeKind.IMPAIRED else "", began=begin,
            ended=None if (place == last and goes_on) or end > now else end,
        )
        for place, (begin, end) in enumerate(found)
    ]  # fmt: skip


@given(histories())
@settings(max_examples=60, deadline=None)
def test_every_step_of_a_random_history_is_what_brute_force_says(drawn: tuple[History, int, int]) -> None:
    """Moves, hours over midnight, outages, planned work, posmon's own absence and link, all at once."""
    check(*drawn)


def berlin(*when: int) -> int:
    """Return unix seconds of a time in Berlin."""
    return int(datetime(*when, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("first", "last"), [((2026, 3, 28), (2026, 3, 31)), ((2026, 10, 24), (2026, 10, 27))], ids=["gap", "fold"]
)
@pytest.mark.parametrize("hours", ["Mo-Su 08:00-20:00", "Mo-Su 22:00-02:30", "Mo-Su 02:15-02:45"])
def test_the_nights_of_the_clock_change(first: tuple[int, ...], last: tuple[int, ...], hours: str) -> None:
    """Days of 23 and 25 hours; a time that is shown twice, or never."""
    profile = Profile(opening_hours=hours, timezone="Europe/Berlin")
    since, until = berlin(*first), berlin(*last)
    night = since + 26 * 3600
    history = History(
        profiles=[ProfileFrom(terminal_id="t", since=0, profile=profile)],
        episodes=[Episode(subject="t", kind=EpisodeKind.DOWN, began=night - 7200, ended=night + 10_800)],
        watches=ALWAYS,
        now=until,
    )
    check(history, since, until)


@pytest.mark.parametrize(("month", "hours"), [(3, 743), (10, 745), (2, 672), (12, 744)])
def test_a_month_is_as_long_as_its_clock_says(month: int, hours: int) -> None:
    """Every second of it is in one state."""
    since, until = berlin(2026, month, 1), berlin(2026 + month // 12, month % 12 + 1, 1)
    profile = ProfileFrom(terminal_id="t", since=0, profile=SHOP)
    (row,) = rows_of(History(profiles=[profile], watches=ALWAYS, now=until), since, until)
    assert row.seconds.total == until - since == hours * 3600
    days = hours // 24 + (hours % 24 > 12)
    assert row.seconds.up == days * 12 * 3600


def test_single_seconds_count() -> None:
    """With times that are no multiples of anything."""
    profile = ProfileFrom(terminal_id="t", since=NOON + 7, profile=KIOSK)
    history = History(
        profiles=[profile],
        episodes=[
            Episode(subject="t", kind=EpisodeKind.UNKNOWN, began=NOON + 101, ended=NOON + 113),
            Episode(subject="t", kind=EpisodeKind.DOWN, began=NOON + 111, ended=NOON + 222),
            Episode(
                subject="t", kind=EpisodeKind.IMPAIRED, about="PaperOut", began=NOON + 200, ended=NOON + 333
            ),
        ],
        watches=[Watch(began=NOON, ended=NOON + 50), Watch(began=NOON + 53, ended=NOON + 999)],
        now=NOON + 999,
    )
    check(history, NOON, NOON + 500, step=1)
    (row,) = rows_of(history, NOON, NOON + 500)
    assert row.seconds.unwatched == 3
    assert row.seconds.unmonitored == 10


def test_what_befalls_a_terminal_in_a_drawer_befalls_nobody() -> None:
    """It is in no site's row, and its own has no figure."""
    profiles = [
        ProfileFrom(terminal_id="t", since=0, profile=SHOP),
        ProfileFrom(terminal_id="t", since=NOON, profile=None),
    ]
    down = Episode(subject="t", kind=EpisodeKind.DOWN, began=NOON + 60, ended=NOON + 600)
    history = History(profiles=profiles, episodes=[down], watches=ALWAYS, now=NOON + DAY)
    assert rows_of(history, NOON, NOON + DAY) == []


@pytest.mark.parametrize(("began", "ended"), [((19, 5), (8, 15)), ((18, 55), (8, 15)), ((19, 5), (8, 20))])
def test_an_outage_that_is_no_more_than_a_closed_shop_is_closed_throughout(
    began: tuple[int, int], ended: tuple[int, int]
) -> None:
    """From an hour before closing to a quarter of an hour after opening; a longer one is down while open."""
    down = Episode(
        subject="t",
        kind=EpisodeKind.DOWN,
        began=berlin(2026, 11, 20, *began),
        ended=berlin(2026, 11, 21, *ended),
    )
    profile = ProfileFrom(terminal_id="t", since=0, profile=SHOP)
    since, until = berlin(2026, 11, 20), berlin(2026, 11, 22)
    check(History(profiles=[profile], episodes=[down], watches=ALWAYS, now=until), since, until)
