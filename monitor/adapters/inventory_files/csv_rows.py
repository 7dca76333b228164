"""Inventories in CSV, as spreadsheets write it.

UTF-8; comma, semicolon or tab, told by the header; quoted cells (RFC 4180); CRLF or LF; blank rows and
empty columns at the right end, which spreadsheets leave behind, do not count.
"""

import csv
import re
from collections.abc import Iterator, Sequence

from monitor.adapters.inventory_files.rows import Rows, shown_name
from monitor.config.suggestions import did_you_mean, nearest
from monitor.domain.inventory.terminal import FIELDS

_DELIMITERS = ",;\t"
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_SHORT_ROW_HINT = (
    "some spreadsheets leave out empty cells at the end: put a column that is always filled last"
)


def csv_rows(text: str, rows: Rows) -> None:
    """Pass every row of `text` to `rows`, and report the faults of the file there."""
    lines = _numbered_rows(text, _delimiter(text), rows)
    line, header = next(lines, (0, []))
    if not header:
        rows.blame(f"is empty; the first row must name the columns: {', '.join(FIELDS)}")
        return
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not _is_header(names, line, rows):
        return
    places = [names.index(name) if name in names else -1 for name in FIELDS]
    for row_line, row in lines:
        if _fits(row, len(names), row_line, rows):
            cells = [*row, ""]
            rows.take([cells[place] for place in places], row_line)


def _delimiter(text: str) -> str:
    header = next((line for line in _lines(text) if line.strip(_DELIMITERS + " \r\n")), "")
    return max(_DELIMITERS, key=lambda mark: _known_names(header, mark))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines with their ends; nothing that takes long at once, nor a second copy of a large file."""
    return (match[0] for match in _LINE.finditer(text))


def _known_names(header: str, delimiter: str) -> int:
    cells = (cell.strip(' "\r\n') for cell in header.split(delimiter))
    return sum(cell in FIELDS for cell in cells)


def _numbered_rows(text: str, delimiter: str, rows: Rows) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line it begins in."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(row) and any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        rows.blame(_words(error), line=line)


def _words(error: csv.Error) -> str:
    said = str(error)
    if "end of data" in said or "field limit" in said:
        return "a quotation mark opened in this row is not closed"
    if "expected after" in said:
        return "a quotation mark inside a quoted cell must be written twice"
    return f"not CSV: {said}"


def _is_header(names: Sequence[str], line: int, rows: Rows) -> bool:
    """Report the faults of the column names; return whether rows can be read by them."""
    if not any(name in FIELDS or nearest(name, FIELDS) for name in names):
        rows.blame(f"the first row must name the columns: {', '.join(FIELDS)}", line=line)
        return False
    for number, name in enumerate(names):
        if name in names[:number]:
            first = names.index(name) + 1
            reason = f"two columns have this name, number {first} and {number + 1}"
            rows.blame(reason, line=line, column=shown_name(name))
        elif not name:
            rows.blame(f"column {number + 1} has no name", line=line)
        elif name not in FIELDS:
            rows.blame(f"unknown column{did_you_mean(name, FIELDS)}", line=line, column=shown_name(name))
    if "terminal_id" not in names:
        rows.blame("there is no column 'terminal_id'", line=line)
    return "terminal_id" in names


def _fits(row: Sequence[str], width: int, line: int, rows: Rows) -> bool:
    if len(row) < width:
        rows.blame(f"has {len(row)} of {width} cells; {_SHORT_ROW_HINT}", line=line)
    elif any(row[width:]):
        rows.blame(f"has {len(row)} cells for {width} columns; quote cells that hold a delimiter", line=line)
    return len(row) >= width and not any(row[width:])
