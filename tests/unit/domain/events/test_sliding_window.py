from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.deduplication import SeenEventIds
from monitor.domain.events.sliding_window import MOST_MARKS, Mark, SlidingWindow

TIMES = st.lists(st.integers(0, 60).map(float), max_size=25)
WINDOW_S = 10.0


def filled(times: Sequence[float]) -> SlidingWindow:
    """Return marks that came in in this order."""
    marks = SlidingWindow()
    for at in times:
        marks.add(at, "who", at)
    return marks


def windows(times: Sequence[float], window_s: float = WINDOW_S) -> list[list[float]]:
    """Return every window that ends with one of the times, the plain way."""
    return [[at for at in sorted(times) if end - window_s < at <= end] for end in sorted(set(times))]


def times_of(window: Sequence[Mark]) -> list[float]:
    """Return when the marks of a window happened."""
    return [at for at, _ in window]


@given(TIMES)
def test_windows_are_those_of_the_plain_model(times: list[float]) -> None:
    """In whichever order the marks came."""
    marks = filled(times)
    assert [times_of(window) for window in marks.fresh_windows(WINDOW_S)] == windows(times)


@given(TIMES, TIMES)
def test_only_windows_with_something_fresh_are_judged(before: list[float], after: list[float]) -> None:
    """What was judged before is judged again where something has come into its window, and only there."""
    marks = filled(before)
    marks.begin_evaluation()
    for at in after:
        marks.add(at, "who", at)
    expected = [
        window
        for window in windows(before + after)
        if any(window[-1] - WINDOW_S < at <= window[-1] for at in after)
    ]
    assert [times_of(window) for window in marks.fresh_windows(WINDOW_S)] == expected


@given(TIMES, st.integers(1, 6), st.data())
def test_a_burst_is_found_in_any_order_and_in_any_portions(
    times: list[float], size: int, data: st.DataObject
) -> None:
    """A window with so many marks is met at some time exactly when the times hold one."""
    marks, is_met = SlidingWindow(), False
    for at in data.draw(st.permutations(times)):
        if data.draw(st.booleans()):
            marks.begin_evaluation()
        marks.add(at, "who", 0.0)
        is_met = is_met or marks.first_met(WINDOW_S, lambda window: len(window) >= size) is not None
    assert is_met is any(len(window) >= size for window in windows(times))


@given(TIMES, st.floats(0, 60))
def test_what_is_forgotten_and_what_is_within(times: list[float], at: float) -> None:
    """Forgetting drops what is older; a window is open at its beginning and closed at its end."""
    marks = filled(times)
    assert times_of(marks.since(at)) == sorted(time for time in times if time > at)
    assert times_of(marks.within(WINDOW_S, at)) == sorted(t for t in times if at - WINDOW_S < t <= at)
    marks.forget_before(at)
    assert times_of(marks.entries) == sorted(time for time in times if time >= at)


def test_marks_are_bounded() -> None:
    """The oldest goes."""
    marks = filled([float(number) for number in range(MOST_MARKS + 5)])
    assert len(marks) == MOST_MARKS
    assert marks.entries[0][0] == 5.0


def test_an_id_is_seen_for_its_span() -> None:
    """For a day at least, and not for ever."""
    ids = SeenEventIds(span_s=100, most=1000)
    for second in range(0, 1000, 10):
        ids.add(("t", f"e{second}", second), second)
        assert all(ids.has(("t", f"e{at}", at)) for at in range(max(0, second - 100), second + 1, 10))
        assert len(ids) <= 16
    assert not ids.has(("t", "e0", 0))
    assert not ids.has(("u", "e990", 990))
    assert ids.evicted == 0


@pytest.mark.parametrize("most", [6, 60, 600])
def test_ids_are_bounded(most: int) -> None:
    """A flood costs the oldest ids, and is counted."""
    ids = SeenEventIds(span_s=1000, most=most)
    for number in range(2 * most + 10):
        ids.add(("t", f"e{number}", 0), 0.0)
        assert ids.has(("t", f"e{number}", 0))
    assert len(ids) <= most
    assert ids.evicted + len(ids) == 2 * most + 10
