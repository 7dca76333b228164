import pytest

from monitor.domain.availability.report import AvailabilityRow
from monitor.domain.availability.states import StateSeconds


def test_time_between_failures_needs_a_failure() -> None:
    """Up time is what counts as available."""
    seconds = StateSeconds(up=900, impaired=100, down=10)
    assert AvailabilityRow(key="a", seconds=seconds).mtbf_s is None
    assert AvailabilityRow(key="a", seconds=seconds, outages=4).mtbf_s == 250


@pytest.mark.parametrize(("unknown", "needed"), [(50, False), (51, True)])
def test_bounds_are_needed_below_a_coverage(unknown: int, needed: bool) -> None:
    """Of 95 %."""
    row = AvailabilityRow(key="a", seconds=StateSeconds(up=1000 - unknown, unknown=unknown))
    assert row.needs_bounds is needed
    assert not AvailabilityRow(key="a", seconds=StateSeconds()).needs_bounds
