import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.event_tracking.ingest_result import (
    MOST_IN_A_LIST,
    NOTHING_INGESTED,
    IngestResult,
    Rejection,
    list_key,
    refuse_crowd,
)

AT = "2026-11-21T01:00:00Z"


def listed(*ids: object) -> list[dict[str, object]]:
    """Return documents of events with these ids."""
    return [{"id": given, "at": AT, "type": "transaction"} for given in ids]


@given(st.lists(st.text() | st.integers()))
def test_a_list_that_is_repeated_has_the_same_key(ids: list[object]) -> None:
    """Only ids and times count: a terminal repeats its last events word by word."""
    assert list_key(listed(*ids)) == list_key([{"at": AT, "id": given} for given in ids])


def test_the_same_ids_at_other_times_have_another_key() -> None:
    """The terminal's counter has begun again."""
    assert list_key([{"id": "1", "at": AT}]) != list_key([{"id": "1", "at": AT.replace("01:", "02:")}])


def test_another_id_or_another_order_has_another_key() -> None:
    """Such a list is looked at event by event."""
    assert len({list_key(listed("a", "b")), list_key(listed("b", "a")), list_key(listed("a", "c"))}) == 3


@pytest.mark.parametrize(
    "documents",
    [
        [{"at": "x"}],
        [{"id": "x"}],
        [7],
        ["text"],
        [None],
        [[]],
        [{"id": ["a"], "at": AT}],
        [{"id": "a", "at": {}}],
    ],
)
def test_a_list_with_something_that_has_no_id_or_time_has_no_key(documents: list[object]) -> None:
    """Such a list is looked at event by event, and its bad events are rejected there."""
    assert list_key(documents) is None


def test_a_list_of_the_greatest_length_is_taken_whole() -> None:
    """So is an empty one."""
    assert refuse_crowd([]) == ()
    assert refuse_crowd([None] * MOST_IN_A_LIST) == ()


def test_events_beyond_the_bound_are_rejected_as_one() -> None:
    """The rejection names the first of them and how many there are."""
    (rejection,) = refuse_crowd([None] * (MOST_IN_A_LIST + 7))
    assert rejection == Rejection(
        index=1000, reason="more than 1000 events in one list: 7 from here on are left out"
    )


def test_nothing_ingested_is_an_empty_result() -> None:
    """It stands for a list that was known as a whole."""
    assert IngestResult() == NOTHING_INGESTED
    assert not NOTHING_INGESTED.accepted
