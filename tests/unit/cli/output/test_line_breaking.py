from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.cli.output.line_breaking import breaks


def lines(text: str, width: int) -> list[str]:
    """Return `text` broken, without the spaces at the ends of lines."""
    places = [0, *breaks(text, width), len(text)]
    return [text[start:end].rstrip() for start, end in pairwise(places)]


@pytest.mark.parametrize(
    ("text", "width", "broken"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("one two", 7, ["one two"]),
        ("先看终端是否开机", 8, ["先看终端", "是否开机"]),
        ("先看终端。是否", 8, ["先看终", "端。是否"]),
        ("运行 posmon status 吧", 12, ["运行 posmon", "status 吧"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("PinFailuresOnTerminal", 18, ["PinFailuresOn", "Terminal"]),
        ("", 5, [""]),
    ],
)
def test_lines_are_broken_where_their_language_allows(text: str, width: int, broken: list[str]) -> None:
    """English breaks at spaces, Chinese between characters but not before a closing mark."""
    assert lines(text, width) == broken


@given(st.text(alphabet="ab 。，（终端A0", max_size=60), st.integers(min_value=6, max_value=30))  # noqa: RUF001
def test_nothing_is_lost_and_every_line_fits(text: str, width: int) -> None:
    """Whatever the text, the lines together are the text and none is too wide."""
    places = list(breaks(text, width))
    assert places == sorted(set(places))
    assert all(cell_len(line) <= width for line in lines(text, width))
