from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.placement import Shard, phase


def test_a_phase_is_the_same_on_every_machine() -> None:
    """The phase is part of the outside: a restart, or another shard, polls at the same moment."""
    assert phase("10000001") == 0.6998380930503252


@given(st.text(max_size=64))
def test_a_phase_is_a_share_of_the_interval(terminal_id: str) -> None:
    """Whatever the id, the phase is in [0, 1)."""
    assert 0.0 <= phase(terminal_id) < 1.0


def test_consecutive_ids_spread_evenly() -> None:
    """Ten thousand ids in a row load each of a hundred slots alike (chi square, 99 degrees of freedom)."""
    slots = Counter(int(phase(f"{10_000_000 + number}") * 100) for number in range(10_000))
    chi_square = sum((slots[slot] - 100) ** 2 / 100 for slot in range(100))
    assert chi_square < 149, "beyond the 99.9th percentile"


def test_a_small_site_does_not_bunch() -> None:
    """Of many sites of five consecutive ids, their phases are no closer than chance has it."""
    gaps = []
    for first in range(0, 5000, 5):
        phases = sorted(phase(f"{10_000_000 + first + number}") for number in range(5))
        gaps.append(min(later - earlier for earlier, later in pairwise(phases)))
    assert 0.03 < sum(gaps) / len(gaps) < 0.055, "1/24 is expected"


def test_a_shard_is_the_same_on_every_machine() -> None:
    """Shards are part of the outside: whoever collects them may do so from several machines, for years."""
    assert [index for index in range(10) if Shard(index=index, of=10).holds("10000001")] == [1]


@given(terminal_id=st.text(st.characters(codec="utf-8"), max_size=64), of=st.integers(1, 50))
def test_a_terminal_is_in_one_shard(terminal_id: str, of: int) -> None:
    """Whatever the id and the number of shards."""
    assert sum(Shard(index=index, of=of).holds(terminal_id) for index in range(of)) == 1


def test_shards_are_even_and_have_nothing_to_do_with_phases() -> None:
    """Sixteen shards of ten thousand consecutive ids, by phase: chi square, 255 degrees of freedom."""
    ids = [f"{10_000_000 + number}" for number in range(10_000)]
    cells = Counter(
        (index, int(phase(terminal_id) * 16))
        for index in range(16)
        for terminal_id in filter(Shard(index=index, of=16).holds, ids)
    )
    expected = 10_000 / 256
    chi_square = sum(
        (cells[row, column] - expected) ** 2 / expected for row in range(16) for column in range(16)
    )
    assert chi_square < 330, "beyond the 99.9th percentile"
