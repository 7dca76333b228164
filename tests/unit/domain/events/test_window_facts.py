from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.unknown_ids import UnknownIds
from monitor.domain.events.window_facts import MOST_TOLD, card_facts, source_facts
from monitor.domain.instant import rfc3339
from tests.scenes import START


def card(*terminals: str) -> CardWindow:
    """Return a card with a wrong PIN at each of these terminals, a minute apart, the last now."""
    window = CardWindow("0123456789ab", START)
    for number, terminal_id in enumerate(terminals):
        at = START.monotonic - 60.0 * (len(terminals) - 1 - number)
        window.wrong_pins.add(at, terminal_id, START.monotonic)
    return window


def test_a_card_s_terminals_are_named_once_the_latest_first() -> None:
    """The time of the last wrong PIN is by the wall clock."""
    assert card_facts(card("1", "2", "1", "3")) == {
        "wrong PINs at": "3 1 2",
        "last wrong PIN": rfc3339(START.wall),
    }


def test_a_card_without_wrong_pins_has_no_facts() -> None:
    """An alert restored after a restart may outlive what is known of its card."""
    assert card_facts(card()) == {}


def test_a_long_list_of_terminals_is_cut() -> None:
    """The rest is a number."""
    said = card_facts(card(*(str(number) for number in range(MOST_TOLD + 3))))["wrong PINs at"]
    assert said == "12 11 10 9 8 7 6 5 4 3 and 3 more"


def test_a_source_s_unknown_ids_are_named() -> None:
    """A source that gave none has no facts."""
    ids = UnknownIds()
    window = ids.add("192.0.2.9", "40711234", START)
    assert source_facts(window) == {"unknown ids": "40711234"}
    empty = ids.window_of("192.0.2.10", START)
    assert source_facts(empty) == {}
