"""The rhythms of the terminals of one site."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import inf

from monitor.domain.rhythm.business_days import BusinessDay, Days
from monitor.domain.rhythm.site_rhythms import NotLearnt, site_rhythms

MONDAY = date(2026, 10, 5)
EIGHT_TO_SIX = BusinessDay(480.0, 1080.0)
NIGHT_BAR = BusinessDay(1080.0, 1560.0)


def days(usual: BusinessDay, others: Mapping[int, BusinessDay] | None = None, *, count: int = 28) -> Days:
    """Return days that are alike but for some, by their number."""
    found: dict[date, BusinessDay | None] = {MONDAY + timedelta(number): usual for number in range(count)}
    return found | {MONDAY + timedelta(number): day for number, day in (others or {}).items()}


def hours_of(days_of: dict[str, Days]) -> tuple[dict[str, tuple[str, ...]], dict[str, NotLearnt]]:
    """Return the terminals of each rhythm, and why the others have none."""
    found, why = site_rhythms(days_of)
    return {one.rhythm.opening_hours: one.terminal_ids for one in found}, why


def test_terminals_of_a_site_share_a_rhythm() -> None:
    """What befalls one of them does not count: most decide about each day."""
    odd = BusinessDay(600.0, 900.0)
    days_of = {
        "b": days(EIGHT_TO_SIX, {1: odd, 2: odd}),
        "a": days(EIGHT_TO_SIX, {3: odd}),
        "c": days(EIGHT_TO_SIX),
    }
    (shared,) = site_rhythms(days_of)[0]
    assert (shared.terminal_ids, shared.rhythm.agreeing, shared.rhythm.known) == (("a", "b", "c"), 28, 28)


def test_a_terminal_of_another_rhythm_has_its_own() -> None:
    """And those of the same other rhythm share that."""
    days_of = {
        "a": days(EIGHT_TO_SIX),
        "b": days(EIGHT_TO_SIX),
        "c": days(EIGHT_TO_SIX),
        "bar": days(NIGHT_BAR),
        "pub": days(NIGHT_BAR),
    }
    assert hours_of(days_of)[0] == {"Mo-Su 08:00-18:00": ("a", "b", "c"), "Mo-Su 18:00-02:00": ("bar", "pub")}


def test_why_a_terminal_has_no_rhythm_is_told() -> None:
    """Never off, seen too short a time, or off at any time."""
    drifting = {number: BusinessDay(480.0, 700.0 + 20 * number) for number in range(28)}
    days_of = {
        "a": days(EIGHT_TO_SIX),
        "on": {},
        "new": days(NIGHT_BAR, count=9),
        "odd": days(EIGHT_TO_SIX, drifting),
    }
    found, why = hours_of(days_of)
    assert found == {"Mo-Su 08:00-18:00": ("a",)}
    assert why == {"on": NotLearnt.NEVER_OFF, "new": NotLearnt.TOO_SHORT, "odd": NotLearnt.IRREGULAR}


def test_tills_that_are_left_on_in_turn_close_together() -> None:
    """Each evening another one stays on."""
    names = "abcd"
    days_of: dict[str, Days] = {}
    for place, name in enumerate(names):
        turn = range(place, 27, 4)
        left = {number: BusinessDay(480.0, inf) for number in turn}
        after = {number + 1: BusinessDay(-inf, 1080.0) for number in turn}
        days_of[name] = days(EIGHT_TO_SIX, left | after)
    assert hours_of(days_of)[0] == {"Mo-Su 08:00-18:00": tuple(names)}
