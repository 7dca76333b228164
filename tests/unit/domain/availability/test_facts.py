import pytest

from monitor.domain.availability.facts import profile_of, second_of
from monitor.domain.inventory.terminal import InventoryStatus
from tests.scenes import terminal


@pytest.mark.parametrize(("wall", "second"), [(10.0, 10), (10.9, 10), (0.0, 0), (-0.5, -1)])
def test_a_moment_lies_in_one_second(wall: float, second: int) -> None:
    """Also before 1970."""
    assert second_of(wall) == second


def test_maintenance_is_part_of_the_profile() -> None:
    """And a calendar without hours is not."""
    profile = profile_of(
        terminal(status=InventoryStatus.MAINTENANCE, calendar="cn"), model="N910", firmware="4"
    )
    assert profile.maintenance
    assert profile.calendar == ""
    assert (profile.model, profile.firmware) == ("N910", "4")
