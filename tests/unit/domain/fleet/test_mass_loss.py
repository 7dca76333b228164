from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet.mass_loss import LOST_IN_A_ROW, WEIGHT_OF_A_GOOD_ONE, MassLoss
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from tests.scenes import START, terminal

WATCHED = WatchedTerminal(terminal(1), rules=RuleBook().for_terminal(terminal(1)), now=START)


def silence(*heard: bool) -> MassLoss:
    """Return what is known after these polls: True was good, False the loss of one who was up."""
    found = MassLoss()
    for is_good in heard:
        if is_good:
            found.broken()
        else:
            found.lost(WATCHED)
    return found


def test_hundreds_lost_in_a_row_are_a_silence() -> None:
    """One fewer is none yet."""
    assert not silence(*[False] * (LOST_IN_A_ROW - 1)).is_general
    assert silence(*[False] * LOST_IN_A_ROW).is_general


def test_who_answers_now_and_then_does_not_break_it() -> None:
    """A terminal in the monitor's own house goes on answering while the fleet is gone."""
    assert silence(*([False] * (2 * WEIGHT_OF_A_GOOD_ONE) + [True]) * 10).is_general


def test_it_is_over_soon_after_the_fleet_is_back() -> None:
    """However long it lasted, a dozen good heartbeats are enough."""
    found = silence(*[False] * 100_000, *[True] * 12)
    assert (found.is_general, found.lost_lately) == (False, 0)


def test_it_began_when_the_first_of_them_was_asked() -> None:
    """Losses that good heartbeats have made up for do not count."""
    found = MassLoss()
    found.lost(WATCHED)
    found.broken()
    later = WatchedTerminal(terminal(2), rules=RuleBook().for_terminal(terminal(2)), now=START.ago(-60))
    found.lost(later)
    found.lost(WATCHED)
    assert found.since == START.ago(-60)


@given(st.lists(st.integers(1, 30), min_size=50, max_size=300))
def test_no_silence_while_one_in_thirty_answers(runs: list[int]) -> None:
    """A fleet of which a large part is gone is still heard."""
    assert not silence(*(poll for run in runs for poll in (*[False] * run, True))).is_general
