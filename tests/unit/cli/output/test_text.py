import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.output.text import age, inert, words

INERT = [
    ("plain text", "Berlin 007", "Berlin 007"),
    ("Chinese", "上海 001店", "上海 001店"),
    ("a colour", "\x1b[31mred", "\\x1b[31mred"),
    ("a control sequence in one character", "\x9b2J", "\\x9b2J"),
    ("line breaks of every kind", "a\r\n\v\u2028\u0085b", "a\\r\\n\\x0b\\u2028\\x85b"),
    ("text direction turned round", "\u202eabc\u2066", "\\u202eabc\\u2066"),
    ("a lone surrogate", "\ud800", "\\ud800"),
    ("spaces of other widths", "a\u3000b\u00a0c", "a b c"),
    ("NUL", "\0", "\\x00"),
    ("joiners of letters and of emoji", "می\u200cدرود 👩\u200d👧", "می\u200cدرود 👩\u200d👧"),
    ("what else takes no room", "a\u200bb\ufeff", "a\\u200bb\\ufeff"),
]


@pytest.mark.parametrize(("case", "text", "shown"), INERT, ids=[row[0] for row in INERT])
def test_inert(case: str, text: str, shown: str) -> None:
    """What a terminal would obey is shown as an escape."""
    assert inert(text) == shown, case


@given(st.text())
def test_inert_is_always_printable(text: str) -> None:
    """Whatever comes in, nothing but printable characters and joiners of letters comes out."""
    assert inert(text).replace("\u200c", "").replace("\u200d", "").isprintable()


AGES = [
    (0, "0s"),
    (-5, "0s"),
    (59.9, "59s"),
    (60, "1m"),
    (3599, "59m"),
    (3600, "1h"),
    (86399, "23h"),
    (8e5, "9d"),
]


@pytest.mark.parametrize(("seconds", "shown"), AGES)
def test_age(seconds: float, shown: str) -> None:
    """Ages are in their largest unit, rounded down; clocks that disagree make none negative."""
    assert age(seconds) == shown


def test_words() -> None:
    """Enumerated values lose their underscores."""
    assert words("paper_out") == "paper out"
