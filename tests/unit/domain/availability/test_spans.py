from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.availability.spans import Measure, clipped, common, merged, without

EDGES = st.tuples(st.integers(0, 40), st.integers(0, 40))
SPANS = st.lists(EDGES, max_size=6).map(merged)


def seconds(spans: list[tuple[int, int]]) -> set[int]:
    """Return every second of spans."""
    return {at for begin, end in spans for at in range(begin, end)}


def is_tidy(spans: list[tuple[int, int]]) -> bool:
    """Tell whether spans are in order and do not overlap."""
    return all(a < b for a, b in spans) and all(one[1] <= other[0] for one, other in pairwise(spans))


@given(st.lists(EDGES, max_size=6))
def test_merging_keeps_every_second_once(spans: list[tuple[int, int]]) -> None:
    """Whatever the order; spans that touch become one."""
    found = merged(spans)
    assert seconds(found) == seconds(spans)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(SPANS, SPANS)
def test_differences_and_what_is_common(spans: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    """Second by second."""
    assert seconds(without(spans, others)) == seconds(spans) - seconds(others)
    assert seconds(common(spans, others)) == seconds(spans) & seconds(others)
    assert is_tidy(without(spans, others))
    assert is_tidy(common(spans, others))


@given(SPANS, st.integers(0, 41), st.integers(0, 41))
def test_a_measure_counts(spans: list[tuple[int, int]], begin: int, end: int) -> None:
    """Between two seconds, and finds the first."""
    begin, end = sorted((begin, end))
    measure = Measure(spans)
    inside = {at for at in seconds(spans) if begin <= at < end}
    assert measure.within(begin, end) == len(inside)
    assert measure.of(clipped(spans, begin, end)) == len(inside)
    assert measure.first(begin, end) == min(inside, default=None)
    assert list(measure.ending_after(begin)) == [span for span in spans if span[1] > begin]
