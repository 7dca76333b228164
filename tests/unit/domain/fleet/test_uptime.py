from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet.uptime import WRAPS_S
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from tests.scenes import START, reading, result, terminal

INTERVALS = st.floats(min_value=1.0, max_value=900.0)
DAY_S = 86_400.0


def restarts(uptime_at: Callable[[float], float | None], moments: Sequence[float]) -> int:
    """Return how many restarts are seen of a terminal that is asked at these moments."""
    row = terminal()
    one = WatchedTerminal(row, rules=RuleBook().for_terminal(row), now=START)
    for moment in moments:
        uptime = uptime_at(moment)
        heartbeat = reading(uptime_seconds=None if uptime is None else int(uptime))
        one.absorb(result(heartbeat), START.ago(-moment), clock_skew_s=None, steady=True)
    return len(one.restarts)


def every(interval_s: float, count: int = 40) -> list[float]:
    """Return the moments of so many polls."""
    return [interval_s * number for number in range(count)]


@pytest.mark.parametrize("wrap_s", WRAPS_S)
@given(interval_s=INTERVALS, before_s=st.floats(min_value=0, max_value=3600))
def test_a_counter_that_wraps_around_is_no_restart(wrap_s: float, interval_s: float, before_s: float) -> None:
    """Milliseconds in 32 bits begin again after 49.7 days, and the terminal runs on."""
    begun_s = wrap_s - before_s
    assert restarts(lambda at: (begun_s + at) % wrap_s, every(interval_s)) == 0


@given(interval_s=INTERVALS, zeros=st.lists(st.booleans(), min_size=40, max_size=40))
def test_a_zero_now_and_then_is_no_restart(interval_s: float, zeros: list[bool]) -> None:
    """Some firmware reports 0 while it does not know."""
    is_zero = dict(zip(every(interval_s), zeros, strict=True))
    assert restarts(lambda at: 0 if is_zero[at] else DAY_S + at, every(interval_s)) == 0


@given(
    interval_s=INTERVALS,
    ages_s=st.lists(st.floats(min_value=0, max_value=30 * DAY_S), min_size=2, max_size=4),
    turns=st.lists(st.integers(min_value=0, max_value=3), min_size=40, max_size=40),
)
@example(interval_s=1.0, ages_s=[118.0, 1.0], turns=[0, 1, 1, 0, 1, 1, *[0] * 34])  # one began
@example(interval_s=1.0, ages_s=[5.0, 0.0], turns=[0, *[1] * 39])  # it follows closely
def test_processes_that_answer_in_turn_are_no_unexpected_restart(
    interval_s: float, ages_s: list[float], turns: list[int]
) -> None:
    """Each has an uptime of its own; only one that really began meanwhile may be taken for a restart."""
    turn_of = dict(zip(every(interval_s), turns, strict=True))
    seen = restarts(lambda at: ages_s[turn_of[at] % len(ages_s)] + at, every(interval_s))
    just_begun = sum(age_s <= 2 * interval_s + 60 for age_s in ages_s)
    assert seen <= just_begun


@given(
    interval_s=st.floats(min_value=5.0, max_value=60.0),
    gaps=st.lists(st.integers(min_value=3, max_value=12), min_size=1, max_size=8),
    fraction=st.floats(min_value=0.1, max_value=0.9),
)
def test_each_real_restart_counts_once(interval_s: float, gaps: list[int], fraction: float) -> None:
    """The terminal starts again between two polls, and its uptime goes on from there."""
    starts: list[float] = []
    for gap in gaps:
        starts.append(
            (starts[-1] // interval_s if starts else 0) * interval_s + (gap + fraction) * interval_s
        )
    moments = every(interval_s, int(starts[-1] // interval_s) + 5)
    assert restarts(lambda at: at - max((s for s in starts if s <= at), default=-DAY_S), moments) == len(gaps)


def test_a_terminal_that_restarts_between_all_polls_is_seen_to() -> None:
    """Nothing goes on from the last uptime, yet each fits the time since the poll before."""
    assert restarts(lambda at: (at * 7.3) % 29 + 1, every(30.0)) >= 5


def test_a_wrong_uptime_hides_no_later_restart() -> None:
    """One huge number, and then the true ones."""
    told = {0.0: 10**9}
    assert restarts(lambda at: told.get(at, at + 1000 if at < 300 else at - 290), every(30.0)) == 1
