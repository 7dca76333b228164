import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.suppression.label_pattern import MAX_PATTERN, label_pattern


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("mall-1", "mall-1", True),
        ("mall-1", "mall-12", False),
        ("mall", "mall-1", False),
        ("mall-1|mall-2", "mall-2", True),
        ("mall-1|mall-2", "mall-3", False),
        ("(mall-1|mall-2)", "mall-1", True),
        ("(?:mall-1|mall-2)", "mall-2", True),
        ("mall-.*", "mall-", True),
        ("mall-.+", "mall-", False),
        ("mall-.+", "mall-7", True),
        (".*-north", "shop-north", True),
        (".*-north", "shop-north-2", False),
        ("a.*b.*c", "a-b-c", True),
        ("a.*b.*c", "a-c-b", False),
        ("a.*a", "a", False),
        ("a.*a", "aa", True),
        ("N91.", "N910", True),
        ("N91.", "N91", False),
        (r"10\.0\.0\.1", "10.0.0.1", True),
        (r"10\.0\.0\.1", "10x0x0x1", False),
        (r"a\|b", "a|b", True),
        ("^mall-1$|^mall-2$", "mall-2", True),
        ("", "", True),
        ("", "x", False),
        ("x|", "", True),
        (".+", "", False),
        (".*", "", True),
        ("上海.*", "上海 1", True),
        (".*", "two\nlines", None),
    ],
)
def test_a_pattern_matches_whole_values(pattern: str, value: str, expected: bool | None) -> None:
    """As Alertmanager anchors it; a line break is left open."""
    found = label_pattern(pattern)
    assert found is not None
    assert found.is_all_of(value) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "a*",
        "a+",
        "a?",
        "a{2}",
        ".?",
        ".{3}",
        ".*?",
        "[0-9]+",
        r"\d",
        r"\bx",
        "(a|b)c",
        "(a|(b))",
        "(?i)mall",
        "(?P<x>a)",
        "a^b",
        "a$b",
        "(a",
        "a)",
        "\\",
        "x" * (MAX_PATTERN + 1),
    ],
)
def test_posmon_cannot_tell_what_other_patterns_match(pattern: str) -> None:
    """It says so, and does not guess."""
    assert label_pattern(pattern) is None


@given(
    st.lists(st.sampled_from(["a", "b", ".", ".*", ".+", "|", r"\.", "^", "$"]), max_size=8).map("".join),
    st.text("ab.|", max_size=6),
)
def test_a_known_pattern_agrees_with_a_full_engine(pattern: str, value: str) -> None:
    """Whatever it is put together of."""
    found = label_pattern(pattern)
    if found is not None:
        assert found.is_all_of(value) is (re.fullmatch(f"(?:{pattern})", value) is not None)


def test_a_hostile_pattern_takes_no_time() -> None:
    """What makes other engines backtrack for hours."""
    began = time.perf_counter()
    for pattern in (".*a" * 300 + "b", ".+" * 500 + "b", "a.*" * 300 + "b"):
        found = label_pattern(pattern)
        assert found is not None
        assert found.is_all_of("a" * 1024) is False
    assert time.perf_counter() - began < 1
