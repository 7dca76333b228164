"""Documents as JSON and as CSV."""

import re
from collections.abc import Iterable

import msgspec

_LIVELY = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def json_of(document: msgspec.Struct) -> bytes:
    """Return indented JSON without any character that a terminal obeys."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return _LIVELY.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def csv_of(rows: Iterable[Iterable[str]]) -> bytes:
    """Return CSV as `monitor.views.csv_text` writes it."""
    from monitor.views.csv_text import csv_of as written  # JSON, which most scripts ask for, needs no csv

    return written(rows)
