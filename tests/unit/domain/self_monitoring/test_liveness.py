import pytest

from monitor.domain.self_monitoring.liveness import LivenessCheck


@pytest.mark.parametrize(("silent_s", "is_stuck"), [(0.0, False), (30.0, False), (30.1, True)])
def test_a_part_is_stuck_when_it_is_silent_for_longer_than_its_patience(
    silent_s: float, *, is_stuck: bool
) -> None:
    """A trouble that a restart would not cure is a note and makes nothing stuck."""
    check = LivenessCheck(part="store", silent_s=silent_s, patience_s=30.0, note="disk full")
    assert check.is_stuck is is_stuck
