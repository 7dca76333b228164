import pytest

from monitor.domain.events.activity import CardActivity, EventActivity, Tally
from monitor.domain.events.activity_summary import DAY_S, RECENT_S, activity_of, tally
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import ELSEWHERE, Kind, TerminalHistory
from tests.scenes import START

T = START.monotonic
CODES = [
    (CodeCategory.APPROVED, "00"),
    (CodeCategory.WRONG_PIN, "55"),
    (CodeCategory.KEY_FAULT, "A0"),
    (CodeCategory.PIN_DATA_FAULT, "99"),
    (CodeCategory.WRONG_PIN, "11"),
]
GOOD, WRONG, KEY, DATA, WRONG_TOO = range(len(CODES))


def told(*transactions: tuple[float, int, int]) -> TerminalHistory:
    """Return a history of (seconds ago, number of the code, card)."""
    history = TerminalHistory(clock_offset=0.0, now=START)
    for ago, number, card in transactions:
        history.add_transaction(T - ago, CODES[number][0], number, card, 0)
    return history


def summary(history: TerminalHistory) -> EventActivity:
    """Return a history's summary as of now."""
    return activity_of(history, CODES, START, most_tried=CardActivity(), network_incident="")


def test_no_transactions_are_an_empty_tally() -> None:
    """Also where all of them are older than the window."""
    assert tally(told(), CODES, window_s=RECENT_S, end=T) == Tally()
    assert tally(told((RECENT_S, GOOD, 1)), CODES, window_s=RECENT_S, end=T) == Tally()


def test_codes_are_counted_the_most_frequent_first() -> None:
    """Two codes of one category are told apart among the codes and together among the categories."""
    history = told((5, WRONG, 0), (4, GOOD, 0), (3, GOOD, 0), (2, GOOD, 0), (1, WRONG, 0), (0, WRONG_TOO, 0))
    counted = tally(history, CODES, window_s=RECENT_S, end=T)
    assert counted.transactions == 6
    assert counted.codes == (("00", 3), ("55", 2), ("11", 1))
    assert counted.categories == {CodeCategory.APPROVED: 3, CodeCategory.WRONG_PIN: 3}


def test_cards_are_counted_once_and_only_where_one_was_given() -> None:
    """Card 0 stands for a transaction without a card."""
    history = told((6, WRONG, 7), (5, WRONG, 7), (4, WRONG, 8), (3, KEY, 9), (2, DATA, 9), (1, WRONG, 0))
    counted = tally(history, CODES, window_s=RECENT_S, end=T)
    assert (counted.cards, counted.wrong_pin_cards, counted.faulty_cards) == (3, 2, 1)


def test_a_card_recovers_only_after_its_wrong_pin() -> None:
    """A payment before the wrong PIN says nothing of it."""
    assert tally(told((2, WRONG, 7), (1, GOOD, 7)), CODES, window_s=60, end=T).recovered_cards == 1
    assert tally(told((2, GOOD, 7), (1, WRONG, 7)), CODES, window_s=60, end=T).recovered_cards == 0
    assert tally(told((2, WRONG, 7), (1, GOOD, 8)), CODES, window_s=60, end=T).recovered_cards == 0


@pytest.mark.parametrize(
    ("ago", "gap_s"), [((), None), ((9,), None), ((9, 4), 5.0), ((100, 10, 0), 50.0), ((60, 40, 30, 0), 20.0)]
)
def test_the_gap_is_the_median_between_two_wrong_pins(ago: tuple[float, ...], gap_s: float | None) -> None:
    """One long pause does not hide a fast series."""
    history = told((0, GOOD, 0), *((seconds, WRONG, 7) for seconds in ago))
    assert tally(history, CODES, window_s=RECENT_S, end=T).gap_s == gap_s


def test_recent_goes_by_the_latest_event_not_by_now() -> None:
    """A terminal that was offline delivers late; its last minutes are what counts."""
    found = summary(told((5000, WRONG, 7), (4990, GOOD, 7)))
    assert found.recent.transactions == 2
    assert found.last_event == START.ago(4990)
    assert found.last_approved == START.ago(4990)


def test_failing_stays_known_when_customers_pay_again() -> None:
    """Its window ends with the latest wrong PIN or fault."""
    found = summary(told((2000, WRONG, 7), (1990, KEY, 8), (0, GOOD, 9)))
    assert found.recent.codes == (("00", 1),)
    assert dict(found.failing.codes) == {"55": 1, "A0": 1}


def test_without_a_failure_failing_is_recent() -> None:
    """So it is when the latest event is the failure."""
    good = summary(told((10, GOOD, 7)))
    assert good.failing == good.recent
    bad = summary(told((10, GOOD, 7), (0, WRONG, 7)))
    assert bad.failing == bad.recent
    assert bad.wrong_pin_run == 1


def test_the_day_holds_24_hours() -> None:
    """It ends now, or with an event that a fast clock dates ahead of now."""
    assert summary(told((DAY_S, GOOD, 0), (DAY_S - 1, GOOD, 0))).day.transactions == 1
    assert summary(told((DAY_S - 1, GOOD, 0), (0, GOOD, 0), (-60, GOOD, 0))).day.transactions == 2


def test_log_ins_and_sightings_of_the_day_are_named() -> None:
    """A serial number or a place is named once, however often it was seen."""
    history = told()
    history.add_log_in(T, "alice", success=True)
    history.add_log_in(T, "eve", success=False)
    history.add_log_in(T - DAY_S, "eve", success=False)
    for at, serial in ((T - 3, "A"), (T - 2, "B"), (T - 1, "A")):
        history.mark(Kind.SIGHTING, at, serial)
    history.mark(Kind.CONFLICT, T, "A / B")
    history.mark(Kind.CONFLICT, T, f"{ELSEWHERE}2")
    history.mark(Kind.NEW_OPERATOR, T, "bob")
    found = summary(history)
    assert (found.operators, found.new_operators, found.failed_log_ins) == (("alice",), ("bob",), 1)
    assert found.serials == ("A", "B")
    assert found.endpoints == (f"{ELSEWHERE}2",)


def test_a_terminal_that_told_of_nothing_has_an_empty_summary() -> None:
    """What is known of cards and of the network is passed on."""
    tried = CardActivity(tries=3)
    found = activity_of(told(), CODES, START, most_tried=tried, network_incident="many")
    assert found == EventActivity(most_tried=tried, network_incident="many")
