"""A report as CSV."""

from monitor.views.availability_report.documents import AvailabilityReportDocument
from monitor.views.availability_report.sheet import HEADER, SheetCell, cells_of, printable
from monitor.views.chunked_work import Steps, parts
from monitor.views.csv_text import csv_of

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Spreadsheets take a file without it for another encoding."""


def report_csv(report: AvailabilityReportDocument) -> Steps[bytes]:
    """Return a row for each of the report's below HEADER, in UTF-8 with a byte order mark."""
    text = [BYTE_ORDER_MARK, csv_of([HEADER])]
    for some in parts(report.rows):
        text.append(csv_of([_text(cell) for cell in cells_of(row)] for row in some))
        yield
    return b"".join(text)


def _text(cell: SheetCell) -> str:
    if cell is None:
        return ""
    return printable(cell) if isinstance(cell, str) else str(cell)
