import pytest

from monitor.domain.duration import spoken_duration


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 seconds", "0 秒"),
        (1, "1 second", "1 秒"),
        (0.25, "0.25 seconds", "0.25 秒"),
        (60, "1 minute", "1 分钟"),
        (90, "90 seconds", "90 秒"),
        (420, "7 minutes", "7 分钟"),
        (3600, "1 hour", "1 小时"),
        (86400, "24 hours", "24 小时"),
        (3 * 86400, "3 days", "3 天"),
        (3 * 86400 + 60, "4321 minutes", "4321 分钟"),
    ],
)
def test_a_length_of_time_is_said_exactly(seconds: float, english: str, chinese: str) -> None:
    """In the largest unit that leaves no rest, days only from three on."""
    assert spoken_duration(seconds) == (english, chinese)
