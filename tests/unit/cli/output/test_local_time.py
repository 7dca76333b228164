from datetime import datetime

from monitor.cli.output.local_time import local_time


def test_a_timestamp_by_the_local_clock() -> None:
    """What is no timestamp stays as it is, without controls."""
    expected = datetime.fromtimestamp(1_795_222_800.0).astimezone().strftime("%Y-%m-%d %H:%M")
    assert local_time("2026-11-21T01:00:00.000Z") == expected
    assert local_time("soon\x1b") == r"soon\x1b"
