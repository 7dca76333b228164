import os
import subprocess
import sys
from datetime import datetime

import click
import pytest

from monitor.cli.on_call.moments import ending, read_span, read_until

NOW = datetime(2026, 11, 30, 22, 15, 30).astimezone().timestamp()


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("2h", 7200), ("3d", 259_200), ("1h30m", 5400), ("1d12h", 129_600)]
)
def test_lengths(text: str, seconds: float) -> None:
    """A length of time is a number of minutes, hours or days, or several of them."""
    assert read_span(text) == seconds


@pytest.mark.parametrize("text", ["", "0m", "2", "2 h", "-1h", "1h 30m", "30s", "m", "٣h", "1.5h"])
def test_no_lengths(text: str) -> None:
    """What could be meant otherwise is refused with the forms there are."""
    with pytest.raises(ValueError, match="no length of time such as 30m"):
        read_span(text)


def local(year: int, month: int, day: int, hour: int, minute: int) -> float:
    """Return a moment by the local clock."""
    return datetime(year, month, day, hour, minute).astimezone().timestamp()


def test_moments() -> None:
    """A time of day is the next one; a date with a time is local; an offset decides."""
    assert read_until("23:00", NOW) == local(2026, 11, 30, 23, 0)
    assert read_until("8:00", NOW) == local(2026, 12, 1, 8, 0)
    assert read_until("22:15", NOW - 30) == local(2026, 12, 1, 22, 15)
    assert read_until("22:15", NOW) == local(2026, 12, 1, 22, 15)
    assert read_until("2026-12-05 22:00", NOW) == local(2026, 12, 5, 22, 0)
    assert read_until("2026-12-05T22:00", NOW) == local(2026, 12, 5, 22, 0)
    assert read_until("2026-12-05T22:00+08:00", NOW) == 1_796_479_200.0


@pytest.mark.parametrize("text", ["24:00", "8:60", "tomorrow", "2026-02-30 08:00", "08:00:00", ""])
def test_no_moments(text: str) -> None:
    """What is no time is refused with the forms there are."""
    with pytest.raises(ValueError, match="is no time such as 08:00"):
        read_until(text, NOW)


def test_a_time_of_day_in_the_night_when_clocks_change() -> None:
    """Eight in the morning is eight on the wall, though the night is an hour longer."""
    code = (
        "from datetime import datetime; from monitor.cli.on_call.moments import read_until;"
        "now = datetime(2026, 10, 24, 22, 0).timestamp();"
        "print(int(read_until('08:00', now) - now))"
    )
    env = {**os.environ, "TZ": "Europe/Berlin"}
    ended = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert int(ended.stdout) == 11 * 3600


def test_the_end_that_options_say() -> None:
    """One of the two, none, and never both."""
    assert ending(3600.0, None, 1_796_479_200.0) == "2026-12-05T15:00:00.000Z"
    assert ending(None, "2026-12-05T22:00+08:00", NOW) == "2026-12-05T14:00:00.000Z"
    assert ending(None, None, NOW) is None
    with pytest.raises(click.UsageError, match="exclude each other"):
        ending(1.0, "08:00", NOW)
    with pytest.raises(click.BadParameter, match="is no time"):
        ending(None, "noon", NOW)
