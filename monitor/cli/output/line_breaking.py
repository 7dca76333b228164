"""Texts broken into lines as they are written: English between words, Chinese between characters."""

import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

_WIDE = frozenset("WF")
_CLOSING = frozenset("，。、；：！？）》」』】”’…％,.;:!?)")
_OPENING = frozenset("（《「『【“‘(")


class Prose:
    """A text that fills the width it is given; no line begins with a closing mark."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the text's lines."""
        for line in self._text.split("\n", allow_blank=True):
            for part in line.divide(list(breaks(line.plain, options.max_width))):
                part.rstrip()
                yield from console.render(part, options.update(no_wrap=True, overflow="ignore"))


def breaks(text: str, width: int) -> Iterator[int]:
    """Yield the places in `text`, one line, at which a new line must begin to stay within `width` cells."""
    column = 0
    for first, end in _units(text):
        start = first
        if column and column + cell_len(text[start:end].rstrip()) > width:
            yield start
            column = 0
        while cell_len(text[start:end].rstrip()) > width:
            start += _fitting(text[start:end], width)
            yield start
        column += cell_len(text[start:end])


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of what must stay on one line; a unit ends behind its spaces."""
    start = 0
    for place in range(1, len(text)):
        if _may_break(text[place - 1], text[place]):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return False
    if before == " ":
        return True
    if after in _CLOSING or before in _OPENING:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE


def _fitting(text: str, width: int) -> int:
    """Return how many characters of `text` fit, at least one; a name such as `PaperOut` ends at a capital."""
    count = 1
    while count < len(text) and cell_len(text[: count + 1]) <= width:
        count += 1
    inside = range(1, min(count + 1, len(text)))
    seams = (place for place in inside if text[place - 1].islower() and text[place].isupper())
    return max(seams, default=count)
