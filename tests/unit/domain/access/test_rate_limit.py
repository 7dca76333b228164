from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.access.rate_limit import RateLimit


def test_a_source_may_burst_and_then_waits_for_its_rate() -> None:
    """A burst is free; afterwards the wait told is the one after which the source may go on."""
    limit = RateLimit(per_s=2, burst=3)
    for _ in range(3):
        assert limit.wait_s("a", 0.0) == 0
        limit.pay("a", 0.0)
    wait_s = limit.wait_s("a", 0.0)
    assert wait_s == 0.5
    assert limit.wait_s("a", wait_s) == 0


def test_one_source_s_debt_is_not_another_s() -> None:
    """However deep one source is in debt, the next is served."""
    limit = RateLimit(per_s=1, burst=1)
    limit.pay("flood", 0.0, 1_000_000)
    assert limit.wait_s("flood", 0.0) > 1000
    assert limit.wait_s("other", 0.0) == 0


def test_a_large_load_is_taken_once_and_paid_off() -> None:
    """More than a burst can be brought at once; until it is paid off nothing else is taken."""
    limit = RateLimit(per_s=10, burst=10)
    limit.pay("a", 0.0, 30)
    assert limit.wait_s("a", 1.9) > 0
    assert limit.wait_s("a", 2.2) == 0


def test_memory_is_bounded_and_the_longest_silent_are_forgotten() -> None:
    """Ever new sources do not grow the table, and do not push out one that is active."""
    limit = RateLimit(per_s=0.001, burst=1, most_sources=10)
    for number in range(1000):
        limit.pay("active", 0.0)
        limit.pay(f"s{number}", 0.0)
    assert len(limit) == 10
    assert limit.wait_s("active", 0.0) > 0


def test_a_flood_is_told_of_once() -> None:
    """The first refusal after something went through is worth a word, the others are not."""
    limit = RateLimit(per_s=1, burst=1)
    limit.pay("a", 0.0)
    assert [limit.is_first_refusal("a", 0.0) for _ in range(3)] == [True, False, False]
    limit.pay("a", 5.0)
    assert limit.is_first_refusal("a", 5.0)


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 5)), max_size=60))
def test_over_any_time_no_more_goes_through_than_rate_burst_and_last_load(
    steps: list[tuple[float, float]],
) -> None:
    """Whatever the pattern, what is taken is bounded by the rate, one burst and one load of debt."""
    limit = RateLimit(per_s=2, burst=4)
    now = taken = 0.0
    for pause_s, cost in steps:
        now += pause_s
        if limit.wait_s("a", now) == 0:
            limit.pay("a", now, cost)
            taken += cost
    assert taken <= 4 + 2 * now + 5 + 1e-6
