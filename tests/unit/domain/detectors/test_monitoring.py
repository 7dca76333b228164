import pytest

from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.monitoring import WatchdogLimits
from monitor.domain.self_monitoring.liveness import PollingProgress
from tests.unit.domain.detectors.judging import summary, verdict


@pytest.mark.parametrize(
    ("sentence", "silent_s", "expected"),
    [
        ("a poll has just finished", 0.0, "present"),
        ("the last one finished less than two minutes ago", 119.9, "present"),
        ("two minutes without any are a stall", 120.0, "absent"),
    ],
)
def test_watchdog(sentence: str, silent_s: float, expected: str) -> None:
    """Watchdog is present while polling makes progress."""
    assert verdict("Watchdog", PollingProgress(silent_s=silent_s)) is Verdict(expected), sentence


def test_how_long_a_stall_is_can_be_set() -> None:
    """With a longer limit, three minutes are no stall."""
    limits = WatchdogLimits(stalled_after_s=300)
    assert verdict("Watchdog", PollingProgress(silent_s=180), limits=limits) is Verdict.PRESENT


def test_summary() -> None:
    """The summary says what to make of an alert that always fires."""
    assert summary("Watchdog", PollingProgress(silent_s=0)).endswith(
        "check posmon when this alert disappears"
    )
