from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.fleet.firmware_cohort import MIN_COHORT, FirmwareCohort, version_key


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("3.2.1", "3.2.2"),
        ("3.9", "3.10"),
        ("V1.0.0_20250101", "V1.0.0_20251101"),
        ("2", "10"),
        ("3.2", "3.2.1"),
        ("0", "0.1"),
    ],
)
def test_versions_are_ordered_by_their_numbers(older: str, newer: str) -> None:
    """Numbers count as numbers, from left to right."""
    assert version_key(older) < version_key(newer)


@pytest.mark.parametrize(
    ("one", "other"), [("3.2", "3.2.0"), ("v3.2.0", "3.2"), ("0", "0.0"), ("03.02", "3.2")]
)
def test_the_same_version_may_be_written_in_several_ways(one: str, other: str) -> None:
    """Trailing zeros, leading zeros and letters make no difference."""
    assert version_key(one) == version_key(other)


@pytest.mark.parametrize("name", ["", "beta", "²"])
def test_a_version_without_numbers_has_no_place_in_the_order(name: str) -> None:
    """There is nothing to compare."""
    assert version_key(name) == ()
    assert version_key("0") != ()


@pytest.mark.parametrize(
    ("sentence", "versions", "expected"),
    [
        ("nobody proves nothing", [], ""),
        ("two prove nothing", ["1", "1"], ""),
        ("three prove what they agree on", ["1", "1", "1"], "1"),
        ("one canary of four proves nothing new", ["1", "1", "1", "2"], "1"),
        ("two of four do", ["1", "1", "2", "2"], "2"),
        ("what is newer than half counts towards it", ["1", "1", "2", "3"], "2"),
        ("all different: the middle", ["1", "2", "3", "4", "5"], "3"),
    ],
)
def test_expected(sentence: str, versions: list[str], expected: str) -> None:
    """Expected is the newest version that half of the cohort has reached."""
    cohort = FirmwareCohort()
    for version in versions:
        cohort.moved(None, version)
    assert cohort.expected == expected, sentence


def test_an_update_moves_the_terminal() -> None:
    """A terminal counts once, under its present version."""
    cohort = FirmwareCohort()
    for _ in range(3):
        cohort.moved(None, "1")
    assert cohort.expected == "1"
    cohort.moved("1", "2")
    cohort.moved("1", "2")
    assert cohort.versions == {"1": 1, "2": 2}
    assert cohort.expected == "2"
    cohort.moved("2", None)
    assert cohort.expected == ""


@given(st.lists(st.sampled_from(["1.0", "1.1", "2.0", "10.0"]), max_size=12))
def test_half_of_the_cohort_has_reached_what_is_expected(versions: list[str]) -> None:
    """At least half runs it or newer, and less than half anything newer than it."""
    cohort = FirmwareCohort()
    for version in versions:
        cohort.moved(None, version)
    if len(versions) < MIN_COHORT:
        assert cohort.expected == ""
        return
    wanted = version_key(cohort.expected)
    assert 2 * sum(version_key(version) >= wanted for version in versions) >= len(versions)
    assert 2 * sum(version_key(version) > wanted for version in versions) < len(versions)
    assert cohort.versions == Counter(versions)
