from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.event_tracking.event_windows import CARD_DIGITS
from monitor.domain.event_tracking.queries import UNKNOWN_IDS_S, card_label
from monitor.domain.events.activity import CardActivity, EventActivity
from monitor.domain.events.card_hash import LABEL_DIGITS, CardHasher
from monitor.domain.events.network_incident import MIN_TERMINALS
from tests.scenes import CARD_KEY, Scene, terminal

ID = "10000001"


def label(token: str) -> str:
    """Return what alerts call a card."""
    return CardHasher([CARD_KEY]).card(token)[:LABEL_DIGITS]


@given(st.text("0123456789abcdef", min_size=CARD_DIGITS, max_size=CARD_DIGITS))
def test_a_card_s_number_leads_back_to_its_label(digits: str) -> None:
    """Leading zeros of the hash are not lost."""
    assert card_label(int(digits, 16)) == digits[:LABEL_DIGITS]


def test_a_terminal_without_events_has_an_empty_activity() -> None:
    """So has one that is not watched."""
    scene = Scene([terminal()])
    queries = scene.event_tracker.queries
    assert queries.activity(ID, scene.now) == EventActivity()
    assert queries.activity("nobody", scene.now) == EventActivity()


def test_the_most_tried_card_counts_its_wrong_pins_elsewhere() -> None:
    """Here two cards failed once each; one of them failed at another terminal, too."""
    scene = Scene([terminal(1), terminal(2)])
    scene.hear(scene.transaction("55", "a"), scene.transaction("55", "b"))
    scene.hear(*(scene.transaction("55", "b") for _ in range(2)), terminal_id="10000002")
    activity = scene.event_tracker.queries.activity(ID, scene.now)
    assert activity.most_tried == CardActivity(tries=3, occasions=1, terminals=(ID, "10000002"))
    assert activity.recent.wrong_pin_cards == 2


def test_a_card_is_found_by_its_label() -> None:
    """An unknown label has an empty activity."""
    scene = Scene([terminal()])
    scene.hear(scene.transaction("55", "a", ago=30), scene.transaction("55", "a"))
    queries = scene.event_tracker.queries
    assert queries.card_activity(label("a")) == CardActivity(
        tries=2, occasions=1, terminals=(ID,), span_s=30.0
    )
    assert queries.card_activity(label("b")) == CardActivity()


def test_a_card_that_was_then_right_is_known() -> None:
    """An approval before the wrong PIN, of another card, or at a terminal that is not asked, is none."""
    scene = Scene([terminal(1), terminal(2)])
    queries, others = scene.event_tracker.queries, ["10000002", "nobody"]
    assert not queries.was_right(label("a"), [ID])
    scene.hear(scene.transaction("00", "a", ago=60), scene.transaction("55", "a", ago=30))
    scene.hear(scene.transaction("00", "b", ago=20), scene.transaction("51", "a", ago=15))
    assert not queries.was_right(label("a"), [ID, *others])
    scene.hear(scene.transaction("00", "a", ago=10))
    assert queries.was_right(label("a"), [*others, ID])
    assert not queries.was_right(label("a"), others)


def test_unknown_ids_are_counted_once_over_all_sources_for_an_hour() -> None:
    """A source's own list keeps them until it is swept."""
    scene = Scene([terminal()])
    for source, given_id in (("a", "x1"), ("a", "x2"), ("b", "x2")):
        scene.event_tracker.ingest_unknown_id(source, given_id, scene.now)
    queries = scene.event_tracker.queries
    assert queries.unknown_ids_of("a") == ("x2", "x1")
    assert queries.unknown_ids_of("c") == ()
    assert queries.unknown_id_count(scene.now) == 2
    scene.pass_(UNKNOWN_IDS_S)
    assert queries.unknown_id_count(scene.now) == 0
    assert queries.unknown_ids_of("b") == ("x2",)


def test_a_network_incident_is_part_of_every_activity() -> None:
    """Also of a terminal that has no events: its alerts may come of it."""
    scene = Scene([terminal(number) for number in range(MIN_TERMINALS + 1)])
    for number in range(1, MIN_TERMINALS + 1):
        scene.hear(scene.transaction("68"), terminal_id=f"{10_000_000 + number}")
    scene.event_tracker.windows.sweep(scene.now)
    queries = scene.event_tracker.queries
    assert "get no answer from the network" in queries.activity("10000000", scene.now).network_incident
    assert "get no answer from the network" in queries.activity(ID, scene.now).network_incident
