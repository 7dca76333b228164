import pytest

from monitor.domain.fleet.parent import Parent
from monitor.domain.inventory.parent_row import Needs, ParentRow
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, UNAUTHORIZED, RoundResult
from tests.fakes import START
from tests.lines import line


def asked(name: str, outcome: Outcome = Outcome.OK, *above: Parent, needs: Needs = Needs.ALL) -> Parent:
    """Return a parent after one poll."""
    parent = Parent(line(name, needs=needs), now=START)
    parent.above = above
    parent.absorb(PollResult(outcome, 0.1), START)
    parent.look(START)
    return parent


@pytest.mark.parametrize(
    ("needs", "down", "is_cut_off"),
    [
        (Needs.ANY, 0, False),
        (Needs.ANY, 1, False),
        (Needs.ANY, 2, True),
        (Needs.ALL, 0, False),
        (Needs.ALL, 1, True),
        (Needs.ALL, 2, True),
    ],
)
def test_any_needs_one_reachable_parent_and_all_needs_every_one(
    needs: Needs, down: int, is_cut_off: bool
) -> None:
    """A group of two, of which so many are down."""
    above = [asked(f"p{number}", Outcome.TIMEOUT if number < down else Outcome.OK) for number in range(2)]
    group = Parent(ParentRow(name="group", parents=("p0", "p1"), needs=needs), now=START)
    group.above = tuple(above)
    group.look(START)
    assert group.is_cut_off is group.is_out is is_cut_off


def test_it_is_out_from_its_first_failed_poll_to_its_next_good_one() -> None:
    """What it explains begins and ends then."""
    parent = asked("line")
    assert not parent.is_out
    later = START.ago(-60)
    parent.absorb(PollResult(Outcome.TIMEOUT, 5.0), later)
    assert parent.look(later)
    assert (parent.is_out, parent.since, parent.over) == (True, later, None)
    back = START.ago(-90)
    parent.absorb(PollResult(Outcome.OK, 0.1), back)
    assert parent.look(back)
    assert (parent.is_out, parent.over) == (False, back)
    assert not parent.look(back)


def test_before_its_first_poll_nothing_is_known() -> None:
    """Nor of a group of such."""
    parent = Parent(line("line"), now=START)
    group = Parent(ParentRow(name="group", parents=("line",)), now=START)
    group.above = (parent,)
    for one in (parent, group):
        one.look(START)
        assert one.is_unasked
        assert not one.is_out


def source(result: RoundResult | None) -> Parent:
    """Return a source after a round that ended so, None before its first."""
    board = SourceBoard(name="hub", kind="json", interval_s=60.0, stale_after_s=180.0)
    if result is not None:
        board.begin_round(START)
        board.end_round(result, START)
    return Parent(ParentRow(name="hub"), now=START, board=board)


@pytest.mark.parametrize(
    ("result", "is_failing"), [(None, False), (RoundResult(GOOD), False), (RoundResult(UNAUTHORIZED), True)]
)
def test_a_source_is_down_while_it_cannot_be_asked(result: RoundResult | None, is_failing: bool) -> None:
    """Before it was asked it is not."""
    assert source(result).is_failing is is_failing


def test_one_that_is_doubted_is_not_out() -> None:
    """What hangs on it answers."""
    parent = asked("line", Outcome.TIMEOUT)
    parent.is_doubted = True
    assert parent.look(START)
    assert parent.is_failing
    assert not parent.is_out
