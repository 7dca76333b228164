from monitor.domain.self_monitoring.reload_status import ReloadStatus
from tests.scenes import START

LATER = START.ago(-60)


def test_before_the_first_load_nothing_has_succeeded() -> None:
    """Neither an attempt nor a success has a time."""
    status = ReloadStatus()
    assert (status.successful, status.attempted, status.succeeded) == (False, None, None)


def test_a_failed_reload_keeps_the_time_of_the_last_success() -> None:
    """The configuration in force is of that time."""
    status = ReloadStatus()
    status.note(successful=True, now=START)
    status.note(successful=False, now=LATER)
    assert (status.successful, status.attempted, status.succeeded) == (False, LATER, START)


def test_a_success_after_a_failure_is_a_success() -> None:
    """Both times are then the same."""
    status = ReloadStatus()
    status.note(successful=False, now=START)
    status.note(successful=True, now=LATER)
    assert (status.successful, status.attempted, status.succeeded) == (True, LATER, LATER)
