"""A table whose columns have fixed widths, so that its rows may be as many as you like.

Ten thousand rows cost a tenth of a second. A table that computes its layout from all rows takes far longer.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from monitor.cli.output.line_breaking import breaks

Piece = tuple[str, str]
"""A text without line breaks, and the style it is drawn in, "" for none."""
Cell = Sequence[Piece]


class Column(NamedTuple):
    """A heading and how many cells wide everything below it is."""

    heading: str
    width: int
    justify: Literal["left", "right"] = "left"


class Columns:
    """Rows under headings; a cell that is wider than its column goes on in the next line."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        *,
        gap: int = 1,
        with_headings: bool = True,
    ) -> None:
        self._columns = columns
        self._rows = rows
        self._gap = gap
        self._with_headings = with_headings

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines of every row."""
        del options
        style = console.get_style
        if self._with_headings:
            for text, name in self._line([[(column.heading, "bold")] for column in self._columns]):
                yield Segment(text, style(name) if name else None)
        for row in self._rows:
            for line in self._lines(row):
                for text, name in self._line(line):
                    yield Segment(text, style(name) if name else None)

    def _lines(self, row: Sequence[Cell]) -> Iterator[Sequence[Cell]]:
        if all(width_of_cell(cell) <= column.width for cell, column in zip(row, self._columns, strict=True)):
            yield row
            return
        cells = [folded(cell, column.width) for cell, column in zip(row, self._columns, strict=True)]
        for number in range(max(map(len, cells))):
            yield [cell[number] if number < len(cell) else () for cell in cells]

    def _line(self, cells: Sequence[Cell]) -> Iterator[Piece]:
        blank = 0
        for cell, column in zip(cells, self._columns, strict=True):
            room = column.width - width_of_cell(cell)
            if column.justify == "right":
                blank, room = blank + room, 0
            for text, style in cell:
                if blank and text:
                    yield " " * blank, ""
                    blank = 0
                if text:
                    yield text, style
            blank += room + self._gap
        yield "\n", ""


def _width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def width_of_cell(cell: Cell) -> int:
    """Return how many cells of the screen it takes in one line."""
    return sum(_width(text) for text, _ in cell)


def folded(cell: Cell, width: int) -> list[Cell]:
    """Return the lines of a cell, none wider than `width`, broken between words where that can be."""
    if width_of_cell(cell) <= width:
        return [cell]
    whole = "".join(text for text, _ in cell)
    places = [0, *breaks(whole, width), len(whole)]
    return [
        list(_part(cell, start, start + len(whole[start:end].rstrip()))) for start, end in pairwise(places)
    ]


def _part(cell: Cell, start: int, end: int) -> Iterator[Piece]:
    """Yield the pieces of the whole text from `start` to `end`."""
    at = 0
    for text, style in cell:
        if part := text[max(0, start - at) : max(0, end - at)]:
            yield part, style
        at += len(text)
