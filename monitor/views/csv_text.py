"""Rows as CSV that a spreadsheet may open."""

import csv
import io
from collections.abc import Iterable

from monitor.domain.inventory.terminal import TERMINAL_ID

_FORMULA_SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def csv_of(rows: Iterable[Iterable[str]]) -> bytes:
    """Return CSV (RFC 4180, but with plain line feeds) in UTF-8.

    An apostrophe leads a cell that a spreadsheet would take for a formula. A terminal id has no character
    that could make one do harm, and stays as it is.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(_defused, row) for row in rows)
    return text.getvalue().encode()


def _defused(cell: str) -> str:
    is_formula = cell.startswith(_FORMULA_SIGNS) and not TERMINAL_ID.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
