"""`posmon status` for programs: JSON and CSV in the shape that is promised."""

import csv
import io
import re
from collections.abc import Iterable

import msgspec

from monitor.cli.overview import Overview, counted
from monitor.cli.wording import inert
from monitor.domain.health import Connectivity, Health
from monitor.domain.reading import PrinterStatus, RegistrationStatus
from monitor.domain.terminal import TERMINAL_ID
from monitor.views.documents import Summary

_LIVELY = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FORMULA_SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


class StatusRow(msgspec.Struct, kw_only=True):
    """One terminal; the fields of TerminalRow that scripts may rely on."""

    terminal_id: str
    site: str
    health: Health
    connectivity: Connectivity
    battery_percent: float | None
    printer: PrinterStatus | None
    registration: RegistrationStatus | None
    last_heartbeat_at: str | None
    alerts: list[str]


class StatusData(msgspec.Struct, kw_only=True):
    """`summary` counts the terminals listed."""

    summary: Summary
    terminals: list[StatusRow]


def status_json(overview: Overview) -> bytes:
    """Return one JSON object, indented."""
    rows = [msgspec.convert(row, StatusRow, from_attributes=True) for row in overview.rows]
    return json_of(StatusData(summary=counted(overview.rows), terminals=rows))


def status_csv(overview: Overview) -> bytes:
    """Return a header and one line per terminal; alerts are separated by spaces."""
    names = StatusRow.__struct_fields__
    rows = ([_cell(getattr(row, name)) for name in names] for row in overview.rows)
    return csv_of([names, *rows])


def json_of(document: msgspec.Struct) -> bytes:
    """Return indented JSON without any character that a terminal obeys."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return _LIVELY.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def csv_of(rows: Iterable[Iterable[str]]) -> bytes:
    """Return CSV (RFC 4180, but with plain line feeds) in UTF-8.

    What a spreadsheet would take for a formula is led by an apostrophe. A terminal id has no
    character that could make one do harm, and stays what it is.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(_defused, row) for row in rows)
    return text.getvalue().encode()


def _defused(cell: str) -> str:
    is_formula = cell.startswith(_FORMULA_SIGNS) and not TERMINAL_ID.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(inert, value))
    return f"{value:g}" if isinstance(value, float) else inert(str(value))
