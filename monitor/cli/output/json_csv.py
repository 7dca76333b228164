"""Documents as JSON and as CSV."""

import re
from collections.abc import Iterable

import msgspec

from monitor.domain.inventory.terminal import TERMINAL_ID

_LIVELY = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FORMULA_SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def json_of(document: msgspec.Struct) -> bytes:
    """Return indented JSON without any character that a terminal obeys."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return _LIVELY.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def csv_of(rows: Iterable[Iterable[str]]) -> bytes:
    """Return CSV (RFC 4180, but with plain line feeds) in UTF-8.

    An apostrophe leads a cell that a spreadsheet would take for a formula. A terminal id has no character
    that could make one do harm, and stays as it is.
    """
    import csv  # JSON, which most scripts ask for, needs neither
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(_defused, row) for row in rows)
    return text.getvalue().encode()


def _defused(cell: str) -> str:
    is_formula = cell.startswith(_FORMULA_SIGNS) and not TERMINAL_ID.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
