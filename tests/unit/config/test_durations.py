import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.durations import LONGEST_S, format_duration, parse_duration

WRITTEN = [
    ("250ms", 0.25),
    ("0s", 0),
    ("30s", 30),
    ("90s", 90),
    ("5m", 300),
    ("24h", 86_400),
    ("007s", 7),
]


@pytest.mark.parametrize(("written", "seconds"), WRITTEN)
def test_number_and_unit_are_seconds(written: str, seconds: float) -> None:
    """A whole number and its unit are read as seconds."""
    assert parse_duration(written) == seconds


NO_DURATIONS: list[object] = [
    *["", "30", "s", "1d", "1.5h", "-5m", "+5m", "5 m", "5M", "1h30m", " 5m", "5m\n", "٣s", "1e3s", "5m5"],
    *[30, 1.5, True, None, [], {}, "9" * 20 + "s"],
]


@pytest.mark.parametrize("written", NO_DURATIONS)
def test_anything_else_is_told_the_form(written: object) -> None:
    """What is no duration is refused with examples of what is."""
    with pytest.raises(ValueError, match="250ms, 30s, 5m, 24h"):
        parse_duration(written)


def test_more_than_a_year_is_refused() -> None:
    """Durations are bounded, so that arithmetic with them is safe."""
    assert parse_duration("8784h") == LONGEST_S
    with pytest.raises(ValueError, match="a year"):
        parse_duration("8785h")


@given(st.integers(0, 10**10))
def test_what_is_written_reads_back(milliseconds: int) -> None:
    """Writing a duration and reading it gives the same to the millisecond."""
    assert parse_duration(format_duration(milliseconds / 1000)) == milliseconds / 1000


SHORTEST = [
    (0, "0s"),
    (0.25, "250ms"),
    (1.5, "1500ms"),
    (60, "1m"),
    (90, "90s"),
    (3600, "1h"),
    (86_400, "24h"),
]


@pytest.mark.parametrize(("seconds", "written"), SHORTEST)
def test_largest_fitting_unit_is_written(seconds: float, written: str) -> None:
    """A duration is written in the largest unit that gives a whole number."""
    assert format_duration(seconds) == written
