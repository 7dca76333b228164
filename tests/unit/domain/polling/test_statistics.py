import pytest

from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.polling.statistics import (
    DURATION_BUCKETS_S,
    LATENESS_BUCKETS_S,
    Histogram,
    PollStatistics,
)


@pytest.mark.parametrize(
    ("sentence", "value", "counts"),
    [
        ("a bound belongs to its bucket, as Prometheus has it", 1.0, [1, 0, 0]),
        ("just above it is the next", 1.001, [0, 1, 0]),
        ("beyond all bounds is the rest", 99.0, [0, 0, 1]),
        ("nothing is the first", 0.0, [1, 0, 0]),
    ],
)
def test_histogram(sentence: str, value: float, counts: list[int]) -> None:
    """A value is counted under the smallest bound that is not less."""
    histogram = Histogram((1.0, 2.0))
    histogram.observe(value)
    assert (histogram.counts, histogram.total) == (counts, value), sentence


def test_a_poll_is_counted_by_its_result_and_duration() -> None:
    """Failed polls count like good ones."""
    polls = PollStatistics()
    polls.count(PollResult(Outcome.OK, 0.02))
    polls.count(PollResult(Outcome.TIMEOUT, 5.0))
    assert polls.results == {Outcome.OK: 1, Outcome.TIMEOUT: 1}
    assert sum(polls.duration.counts) == 2
    assert polls.duration.total == pytest.approx(5.02)


@pytest.mark.parametrize("bounds", [DURATION_BUCKETS_S, LATENESS_BUCKETS_S])
def test_bounds_ascend(bounds: tuple[float, ...]) -> None:
    """The search for a bucket relies on it."""
    assert list(bounds) == sorted(set(bounds))
