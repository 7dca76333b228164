import pytest

from monitor.domain.instant import Instant, parse_rfc3339, rfc3339


def test_a_moment_before_is_before_on_both_clocks() -> None:
    """Going back goes back on the monotonic and the wall clock."""
    assert Instant(100.0, 2000.0).ago(30) == Instant(70.0, 1970.0)


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    """As RFC 3339 has it, with Z."""
    assert rfc3339(1_795_222_800.0) == "2026-11-21T01:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2026-11-21T01:00:00Z", 1_795_222_800.0),
        ("2026-11-21T09:00:00+08:00", 1_795_222_800.0),
        ("2026-11-21T01:00:00.250Z", 1_795_222_800.25),
        ("2026-11-21T01:00:00", None),
        ("2026-11-21", None),
        ("soon", None),
        ("", None),
        ("2026-13-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:59", None),
    ],
)
def test_a_time_is_read_only_with_its_offset(text: str, wall: float | None) -> None:
    """Without an offset a time means nothing, and what is no time is none; nothing is raised."""
    assert parse_rfc3339(text) == wall


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_year_has_in_utc_is_none(text: str) -> None:
    """It could be read and not be written again."""
    assert parse_rfc3339(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z"])
def test_the_first_and_the_last_second_are_written_as_they_are_read(text: str) -> None:
    """Whatever was read can be written."""
    assert rfc3339(parse_rfc3339(text) or 0.0) == text
