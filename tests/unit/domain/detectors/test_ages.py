import pytest

from monitor.domain.detectors.ages import heard_at, moment_of_ours, span_since
from tests.scenes import START
from tests.unit.domain.detectors.judging import watched


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (-5, "0 minutes", "0 分钟"),
        (60, "1 minute", "1 分钟"),
        (7199, "119 minutes", "119 分钟"),
        (7200, "2 hours", "2 小时"),
        (47 * 3600, "47 hours", "47 小时"),
        (48 * 3600, "2 days", "2 天"),
    ],
)
def test_a_time_is_said_in_its_largest_unit(seconds: float, english: str, chinese: str) -> None:
    """Rounded down: a day that is not over is none."""
    assert span_since(1000.0, 1000.0 + seconds) == (english, chinese)


def test_a_time_of_the_terminal_is_told_by_posmon_s_clock() -> None:
    """A terminal whose clock is an hour ahead did it an hour earlier than it says."""
    one = watched({})
    assert moment_of_ours(one, "2026-11-21T01:00:00Z") == START.wall
    one.clock_skew_s = 3600.0
    assert moment_of_ours(one, "2026-11-21T01:00:00Z") == START.wall - 3600
    assert moment_of_ours(one, None) is None
    assert moment_of_ours(one, "yesterday") is None


def test_what_is_heard_is_as_old_as_the_last_poll() -> None:
    """A poll confirms what was said before."""
    assert heard_at(watched()) == START
    assert heard_at(watched({}, {}, every_s=30)) == START.ago(-30)
