"""The windows over a terminal's wrong PINs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.chance import is_ordinary
from monitor.domain.detectors.pin_guessing import (
    ORDINARY_S,
    UNSETTLED_S,
    TerminalPinLimits,
    guessed_on_terminal,
)
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.sliding_window import MOST_MARKS
from monitor.domain.events.terminal_history import TerminalHistory
from tests.scenes import START
from tests.unit.domain.detectors.judging import watched

PAID, WRONG = CodeCategory.APPROVED, CodeCategory.WRONG_PIN
TRANSACTIONS = st.lists(
    st.tuples(st.integers(0, 100_000), st.sampled_from([WRONG, WRONG, PAID]), st.integers(0, 12)), max_size=60
)


def expected(told: list[tuple[int, CodeCategory, int]], fresh_from: int, limits: TerminalPinLimits) -> bool:
    """Tell by brute force whether a window with a fresh transaction in it is out of the ordinary."""
    ends = {
        end for end, _, _ in told if any(end - limits.window_s < at <= end for at, _, _ in told[fresh_from:])
    }
    for end in ends:
        inside = [(kind, card) for at, kind, card in told if end - limits.window_s < at <= end]
        wrong = [card for kind, card in inside if kind is WRONG]
        cards = len(set(wrong) - {0})
        if (
            cards < limits.cards
            or len(inside) < limits.transactions
            or len(wrong) < limits.share * len(inside)
        ):
            continue
        known = [kind for at, kind, _ in told if end - ORDINARY_S < at <= end - UNSETTLED_S]
        customers = len(inside) - len(wrong) + cards
        if not is_ordinary(cards, customers, known_failures=known.count(WRONG), known_trials=len(known)):
            return True
    return False


@given(TRANSACTIONS, st.integers(0, 60), st.integers(1, 6), st.integers(1, 12))
def test_windows_are_those_of_brute_force(
    told: list[tuple[int, CodeCategory, int]], judged: int, cards: int, transactions: int
) -> None:
    """Whatever comes in whichever order, an alert opens when some window is out of the ordinary."""
    limits = TerminalPinLimits(cards=cards, transactions=transactions)
    one = watched()
    history = one.events = TerminalHistory(clock_offset=0.0, now=START)
    for place, (at, kind, card) in enumerate(told):
        if place == judged:
            history.begin_evaluation(START)
        history.add_transaction(float(at), kind, 0, card, 0)
    fresh_from = judged if judged < len(told) else 0
    verdict = guessed_on_terminal(one, limits, False)
    assert (verdict is Verdict.PRESENT) is expected(told, fresh_from, limits)


@pytest.mark.parametrize("apart_s", [0.0, 0.1], ids=["at once", "one by one"])
@pytest.mark.parametrize("number", [MOST_MARKS, 900, 5000])
def test_a_flood_of_wrong_pins_does_not_thin_itself_out(number: int, apart_s: float) -> None:
    """More wrong PINs than are kept are still a larger share than the limit, whatever was paid before."""
    one = watched()
    history = one.events = TerminalHistory(clock_offset=0.0, now=START)
    for place in range(20):
        history.add_transaction(float(place), PAID, 0, place, 0)
    history.begin_evaluation(START)
    for place in range(number):
        history.add_transaction(100.0 + apart_s * place, WRONG, 0, 1000 + place, 0)
    assert guessed_on_terminal(one, TerminalPinLimits(), False) is Verdict.PRESENT


def test_a_busy_terminal_of_which_marks_were_evicted_is_judged_by_what_is_known() -> None:
    """One wrong PIN in four of thousands of transactions stays below the share of a long window."""
    limits = TerminalPinLimits(window_s=86400.0)
    one = watched()
    history = one.events = TerminalHistory(clock_offset=0.0, now=START)
    for place in range(4000):
        history.add_transaction(float(place), PAID if place % 4 else WRONG, 0, place, 0)
    assert guessed_on_terminal(one, limits, False) is Verdict.ABSENT
