import pytest

from monitor.domain.availability.report import RepairTimes
from monitor.domain.availability.states import StateSeconds
from monitor.domain.availability.tally import TimeTally, repair_times


def test_the_ninth_decile_is_one_of_the_times() -> None:
    """That nine of ten did not exceed."""
    assert repair_times([]) == RepairTimes()
    assert repair_times([7]) == RepairTimes(mean=7, median=7, p90=7)
    assert repair_times(range(1, 11)) == RepairTimes(mean=5.5, median=5.5, p90=9)
    assert repair_times([10, 1, 1, 1]) == RepairTimes(mean=3.25, median=1, p90=10)


def test_seconds_add_up_and_a_terminal_counts_once() -> None:
    """Though it comes in two pieces."""
    tally = TimeTally()
    tally.add("a", StateSeconds(up=10))
    tally.add("a", StateSeconds(down=5))
    tally.add("b", StateSeconds(up=1))
    row = tally.row("x")
    assert row.key == "x"
    assert row.terminals == 2
    assert row.seconds == StateSeconds(up=11, down=5)
    assert row.availability == pytest.approx(11 / 16)
    assert row.mtta_s is None
