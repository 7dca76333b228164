from graphlib import CycleError, TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.parent_row import circles

NAMES = st.sampled_from("abcdef")


def test_a_circle_is_told_once() -> None:
    """From its first name on; what merely leads to it is not part of it."""
    assert [*circles({"x": "a", "a": "b", "b": "c", "c": "a", "d": "d"})] == [("a", "b", "c"), ("d",)]


def test_a_tree_and_a_diamond_have_none() -> None:
    """Two ways to the same parent are no circle."""
    assert [*circles({"a": "bc", "b": "d", "c": "d", "d": "e"})] == []


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=3, unique=True)))
def test_circles_are_found_where_the_standard_library_finds_one(parents: dict[str, list[str]]) -> None:
    """And each is one."""
    found = [*circles(parents)]
    try:
        TopologicalSorter(parents).prepare()
    except CycleError:
        assert found
    else:
        assert not found
    for circle in found:
        for name, above in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert above in parents[name]
