from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.deduplication import SeenEventIds, event_keys

SPAN_S = 100.0
TURN_S = SPAN_S / 4
"""A generation of ids is closed after a quarter of the span."""


def seen(most: int = 10_000) -> SeenEventIds:
    """Return an empty memory of SPAN_S seconds."""
    return SeenEventIds(span_s=SPAN_S, most=most)


def test_an_event_is_known_once_it_was_added() -> None:
    """Terminal and event id name an event together."""
    ids = seen()
    ids.add("1", "a", 0.0)
    assert ids.has("1", "a")
    assert not ids.has("1", "b")
    assert not ids.has("2", "a")
    assert len(ids) == 1


@given(st.lists(st.floats(0, 400), min_size=1, max_size=40), st.data())
def test_an_event_is_known_for_the_whole_span(times: list[float], data: st.DataObject) -> None:
    """However many others follow, an event that is younger than the span is known."""
    ids, added = seen(), {}
    for number, at in enumerate(sorted(times)):
        ids.add("1", str(number), at)
        added[number] = at
        asked = data.draw(st.sampled_from(sorted(added)))
        if at < added[asked] + SPAN_S:
            assert ids.has("1", str(asked))


def test_steady_events_are_known_for_the_whole_span() -> None:
    """None has to make room for another before its time."""
    ids = seen()
    for number in range(100):
        ids.add("1", str(number), number * SPAN_S / 50)
        assert all(ids.has("1", str(young)) for young in range(max(0, number - 49), number + 1))
    assert ids.evicted == 0


def test_an_event_is_forgotten_after_the_span() -> None:
    """It goes with its generation: the span and one generation later at the latest."""
    ids = seen()
    ids.add("1", "old", 0.0)
    for turn in range(1, 7):
        ids.add("1", f"new {turn}", turn * TURN_S)
    assert not ids.has("1", "old")
    assert ids.has("1", "new 6")
    assert ids.evicted == 0


def test_too_many_events_cost_the_oldest() -> None:
    """What had to go before its time is counted."""
    ids = seen(most=60)
    for number in range(100):
        ids.add("1", str(number), 0.0)
    assert len(ids) <= 60
    assert not ids.has("1", "0")
    assert ids.has("1", "99")
    assert ids.evicted == 100 - len(ids)


def test_the_keys_of_an_earlier_run_are_known_at_once() -> None:
    """Of more than fit the last are kept: the first are to be forgotten first."""
    ids = seen(most=60)
    names = [("1", str(number)) for number in range(100)]
    ids.add_all(event_keys(names), 0.0)
    assert not ids.has("1", "0")
    assert all(ids.has("1", str(number)) for number in range(50, 100))
    ids.add_all(event_keys([]), 0.0)
    assert ids.has("1", "99")


def test_keys_of_the_same_names_are_equal_in_one_process() -> None:
    """A key stands for terminal and event id."""
    assert event_keys([("1", "a"), ("2", "b")]) == event_keys([("1", "a"), ("2", "b")])
    assert event_keys([("1", "a")]) != event_keys([("a", "1")])
