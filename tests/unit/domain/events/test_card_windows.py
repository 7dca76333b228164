from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.activity import CardActivity
from monitor.domain.events.card_hash import LABEL_DIGITS
from monitor.domain.events.card_windows import DAY_S, CardWindows
from tests.scenes import START

CARD, OTHER, THIRD = "a" * 64, "b" * 64, "c" * 64
LABEL = CARD[:LABEL_DIGITS]
T = START.monotonic


def test_a_card_is_found_by_hash_and_by_label() -> None:
    """Alerts and pages name a card by the first digits of its hash."""
    cards = CardWindows()
    window = cards.add(CARD, T, "1", START)
    assert CARD in cards
    assert LABEL in cards
    assert OTHER not in cards
    assert 7 not in cards
    assert cards.get(LABEL) is window
    assert cards.get(OTHER[:LABEL_DIGITS]) is None
    assert window.name == LABEL


def test_wrong_pins_of_one_card_are_gathered_over_all_terminals() -> None:
    """Its activity spans from the first to the last of them and names each terminal once."""
    cards = CardWindows()
    for at, terminal_id in ((T - 30, "1"), (T - 20, "2"), (T, "1")):
        cards.add(CARD, at, terminal_id, START)
    window = cards.get(LABEL)
    assert window is not None
    assert window.activity() == CardActivity(tries=3, occasions=1, terminals=("1", "2"), span_s=30.0)


def test_an_activity_is_of_the_day_up_to_the_last_wrong_pin() -> None:
    """A try of exactly a day before is not of it any more."""
    cards = CardWindows()
    cards.add(CARD, T - DAY_S, "1", START)
    window = cards.add(CARD, T, "2", START)
    assert window.activity() == CardActivity(tries=1, occasions=1, terminals=("2",), span_s=0.0)


def test_tries_half_an_hour_apart_are_of_two_visits() -> None:
    """However many there are on each."""
    cards = CardWindows()
    for ago in (3600, 3590, 1790, 1789, 0):
        cards.add(CARD, T - ago, "1", START)
    assert cards.window_of(LABEL, START).activity().occasions == 2


def test_a_card_without_wrong_pins_has_an_empty_activity() -> None:
    """After a restart an alert may bring its card back before its events are."""
    window = CardWindows().window_of(LABEL, START)
    assert window.activity() == CardActivity()


def test_recall_returns_the_window_that_is_there() -> None:
    """It makes an empty one only where nothing is remembered, and that begins now."""
    cards = CardWindows()
    known = cards.add(CARD, T, "1", START)
    assert cards.window_of(LABEL, START.ago(-60)) is known
    later = START.ago(-60)
    assert cards.window_of(OTHER[:LABEL_DIGITS], later).since == later


def test_a_window_that_is_judged_has_nothing_fresh() -> None:
    """What comes in later is fresh again."""
    cards = CardWindows()
    window = cards.add(CARD, T, "1", START)
    assert window.wrong_pins.fresh == [T]
    later = START.ago(-1)
    window.begin_evaluation(later)
    assert (window.wrong_pins.fresh, window.now) == ([], later)
    cards.add(CARD, T + 1, "1", later)
    assert window.wrong_pins.fresh == [T + 1]


def test_beyond_the_bound_the_card_longest_silent_makes_room() -> None:
    """A card that fails again is not the longest silent any more."""
    cards = CardWindows(most=2)
    cards.add(CARD, T, "1", START)
    cards.add(OTHER, T, "1", START)
    cards.add(CARD, T + 1, "1", START)
    cards.add(THIRD, T + 2, "1", START)
    assert (CARD in cards, OTHER in cards, THIRD in cards) == (True, False, True)
    assert cards.evicted == 1


@given(st.lists(st.sampled_from([CARD, OTHER, THIRD]), max_size=20), st.integers(1, 3))
def test_cards_never_exceed_the_bound(added: list[str], most: int) -> None:
    """The card added last is always there."""
    cards = CardWindows(most=most)
    for number, card in enumerate(added):
        cards.add(card, T + number, "1", START.ago(-number))
        assert card in cards
        assert len(cards) == len(list(cards)) <= most


def test_cards_are_forgotten_when_nothing_came_in_for_long() -> None:
    """The moment at which a wrong PIN came in counts, not when it happened."""
    cards = CardWindows()
    cards.add(CARD, T, "1", START)
    cards.add(OTHER, T - 50, "1", START.ago(-10))
    cards.forget_before(T + 5)
    assert (CARD in cards, OTHER in cards) == (False, True)
    cards.forget_before(T + 10)
    assert OTHER in cards
    cards.forget_before(T + 11)
    assert len(cards) == 0


def test_a_recalled_card_is_kept_from_when_it_was_recalled() -> None:
    """Its window is empty: it goes by its own beginning."""
    cards = CardWindows()
    cards.window_of(LABEL, START)
    cards.forget_before(T)
    assert CARD in cards
    cards.forget_before(T + 1)
    assert CARD not in cards
