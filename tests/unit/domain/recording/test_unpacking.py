import msgspec
import pytest

from monitor.domain.recording.block import BadBlock
from monitor.domain.recording.unpacking import BlockUnpacker
from tests.unit.domain.recording.polls import Packed, answered, assert_same, failed


def test_a_lost_block_costs_the_polls_that_build_on_it_and_no_others() -> None:
    """No poll comes back with the reading of an earlier time; terminals beside it are not touched."""
    portions = [
        [answered("1", 0, unsent_transactions=1), answered("2", 1, unsent_transactions=1)],
        [answered("1", 30, unsent_transactions=2), answered("2", 31, unsent_transactions=1)],
        [answered("1", 60, unsent_transactions=2), answered("2", 61, unsent_transactions=1), failed("1", 62)],
        [answered("1", 90, unsent_transactions=3)],
    ]
    polls, lost = Packed.of(portions).polls(without=1)
    wanted = [*portions[0], portions[2][1], portions[2][2]]
    assert lost == 2
    assert len(polls) == len(wanted)
    for poll, one in zip(polls, wanted, strict=True):
        assert_same(poll, one)


def test_a_terminal_whose_name_is_lost_is_no_other() -> None:
    """Until the file ends its polls are lost, failed ones as well; those of the others have their names."""
    portions = [[answered("1", 0)], [answered("2", 1)], [answered("2", 2), failed("2", 3), failed("1", 4)]]
    polls, lost = Packed.of(portions).polls(without=1)
    assert [poll.terminal_id for poll in polls] == ["1", "1"]
    assert lost == 2


@pytest.mark.parametrize(
    "change",
    [
        {"count": 3},
        {"words": []},
        {"words": ["no such outcome", "no such outcome"]},
        {"changes": []},
        {"kinds": b"\x01"},
    ],
)
def test_a_block_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    """Numbers that name nothing are an error of the block, not of the program."""
    [block] = Packed.of([[answered("1", 0), answered("2", 1)]]).blocks
    with pytest.raises(BadBlock):
        list(BlockUnpacker().unpack(msgspec.structs.replace(block, **change)))
