import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.deduplication import SeenEventIds, event_keys, event_name

SPAN_S = 100.0
TURN_S = SPAN_S / 4
"""A generation of ids is closed after a quarter of the span."""


def seen(most: int = 10_000) -> SeenEventIds:
    """Return an empty memory of SPAN_S seconds."""
    return SeenEventIds(span_s=SPAN_S, most=most)


def test_an_event_is_known_once_it_was_added() -> None:
    """Terminal, event id and the event's time name an event together."""
    ids = seen()
    ids.add(("1", "a", 0), 0.0)
    assert ids.has(("1", "a", 0))
    assert not ids.has(("1", "b", 0))
    assert not ids.has(("2", "a", 0))
    assert not ids.has(("1", "a", 1))
    assert len(ids) == 1


@given(st.lists(st.floats(0, 400), min_size=1, max_size=40), st.data())
def test_an_event_is_known_for_the_whole_span(times: list[float], data: st.DataObject) -> None:
    """However many others follow, an event that is younger than the span is known."""
    ids, added = seen(), {}
    for number, at in enumerate(sorted(times)):
        ids.add(("1", str(number), 0), at)
        added[number] = at
        asked = data.draw(st.sampled_from(sorted(added)))
        if at < added[asked] + SPAN_S:
            assert ids.has(("1", str(asked), 0))


def test_steady_events_are_known_for_the_whole_span() -> None:
    """None has to make room for another before its time."""
    ids = seen()
    for number in range(100):
        ids.add(("1", str(number), 0), number * SPAN_S / 50)
        assert all(ids.has(("1", str(young), 0)) for young in range(max(0, number - 49), number + 1))
    assert ids.evicted == 0


def test_an_event_is_forgotten_after_the_span() -> None:
    """It goes with its generation: the span and one generation later at the latest."""
    ids = seen()
    ids.add(("1", "old", 0), 0.0)
    for turn in range(1, 7):
        ids.add(("1", f"new {turn}", 0), turn * TURN_S)
    assert not ids.has(("1", "old", 0))
    assert ids.has(("1", "new 6", 0))
    assert ids.evicted == 0


def test_too_many_events_cost_the_oldest() -> None:
    """What had to go before its time is counted."""
    ids = seen(most=60)
    for number in range(100):
        ids.add(("1", str(number), 0), 0.0)
    assert len(ids) <= 60
    assert not ids.has(("1", "0", 0))
    assert ids.has(("1", "99", 0))
    assert ids.evicted == 100 - len(ids)


def test_the_keys_of_an_earlier_run_are_known_at_once() -> None:
    """Of more than fit the last are kept: the first are to be forgotten first."""
    ids = seen(most=60)
    names = [("1", str(number), 0) for number in range(100)]
    ids.add_all(event_keys(names), 0.0)
    assert not ids.has(("1", "0", 0))
    assert all(ids.has(("1", str(number), 0)) for number in range(50, 100))
    ids.add_all(event_keys([]), 0.0)
    assert ids.has(("1", "99", 0))


def test_keys_of_the_same_names_are_equal_in_one_process() -> None:
    """A key stands for terminal, event id and time."""
    assert event_keys([("1", "a", 0), ("2", "b", 0)]) == event_keys([("1", "a", 0), ("2", "b", 0)])
    assert event_keys([("1", "a", 0)]) != event_keys([("a", "1", 0)])


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-21T01:00:00Z",
        "2026-11-21T01:00:00.999Z",
        "2026-11-21T09:00:00+08:00",
        "20261121T010000Z",
        1_795_222_800,
        1_795_222_800.25,
        1_795_222_800_000,
        "1795222800",
    ],
)
def test_a_second_is_the_same_in_all_spellings(at: object) -> None:
    """A terminal may push an event in one spelling and tell it in a heartbeat in another."""
    assert event_name("1", {"id": "a", "at": at}) == ("1", "a", 1_795_222_800)


@pytest.mark.parametrize(
    "at", [None, True, "", "soon", "2026-11-21T01:00:00", [], {}, 10**400, float("nan"), float("inf"), -1]
)
def test_an_event_without_a_time_has_no_name(at: object) -> None:
    """Whatever stands there, nothing breaks."""
    assert event_name("1", {"id": "a", "at": at}) is None


@pytest.mark.parametrize("document", [None, 7, "id", [], {}, {"at": "2026-11-21T01:00:00Z"}])
def test_what_is_no_event_has_no_name(document: object) -> None:
    """Decoding says what is wrong with it."""
    assert event_name("1", document) is None


def test_an_id_in_another_spelling_is_left_to_the_decoder() -> None:
    """It reads a whole number as its digits."""
    assert event_name("1", {"id": 7, "at": "2026-11-21T01:00:00Z"}) is None


def test_a_second_before_the_epoch_is_whole() -> None:
    """A clock without a battery may show any year."""
    assert event_name("1", {"id": "a", "at": "1969-12-31T23:59:59.5Z"}) == ("1", "a", -1)
    assert event_name("1", {"id": "a", "at": "0001-01-01T14:00:00+14:00"}) == ("1", "a", -62_135_596_800)


def test_a_time_of_no_year_in_utc_is_left_to_the_decoder() -> None:
    """It could not be written again, so it names no second."""
    assert event_name("1", {"id": "a", "at": "0001-01-01T00:00:00+14:00"}) is None
