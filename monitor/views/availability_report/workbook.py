"""A report as a workbook (Office Open XML, ECMA-376)."""

import io
from typing import TYPE_CHECKING, Any

from monitor.views.availability_report.documents import AvailabilityReportDocument, AvailabilityRowDocument
from monitor.views.availability_report.sheet import HEADER, SHARES, cells_of, printable
from monitor.views.chunked_work import PART, Steps, parts

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_NARROW, _WIDE = 14, 28
_ABOUT = ("from", "to", "by", "timezone", "generated_at", "version", "history_begins")


def report_workbook(report: AvailabilityReportDocument) -> Steps[bytes]:
    """Return the bytes of a workbook: the rows, the worst terminals, causes, cohorts, and what it is about.

    Every text is written as a text: a name that begins with `=` or `@` is no formula.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - few ask for a workbook

    out = io.BytesIO()
    # Rows go to a file as they are written: a fleet's report never is in memory as a whole.
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _about(book, report)
    percent = book.add_format({"num_format": "0.000%"})
    for name, rows in (
        (report.by.capitalize(), report.rows),
        ("Worst", report.worst),
        ("Model and firmware", report.by_cohort),
    ):
        sheet = _sheet(book, name, HEADER)
        for number, some in enumerate(parts(rows)):
            _write(sheet, some, first=1 + number * PART, percent=percent)
            yield
    causes = _sheet(book, "Causes", ("cause", "outages", "seconds"))
    for number, cause in enumerate(report.by_cause, start=1):
        causes.write_string(number, 0, printable(cause.cause) or "unknown")
        causes.write_number(number, 1, cause.outages)
        causes.write_number(number, 2, cause.seconds)
    yield
    book.close()
    return out.getvalue()


def _about(book: "Workbook", report: AvailabilityReportDocument) -> None:
    sheet = _sheet(book, "About", ("what", "value"))
    values = (report.since, report.until, report.by, report.timezone, report.generated_at, report.version)
    for number, (name, value) in enumerate(
        zip(_ABOUT, (*values, report.history_begins or ""), strict=True), start=1
    ):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, value)


def _sheet(book: "Workbook", name: str, header: tuple[str, ...]) -> Any:  # noqa: ANN401 - it has no types
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, len(header) - 1, _NARROW)
    sheet.freeze_panes(1, 1)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    return sheet


def _write(sheet: Any, rows: list[AvailabilityRowDocument], *, first: int, percent: Any) -> None:  # noqa: ANN401
    for number, row in enumerate(rows, start=first):
        for column, cell in enumerate(cells_of(row)):
            if isinstance(cell, str):
                sheet.write_string(number, column, printable(cell))
            elif cell is not None:
                sheet.write_number(number, column, cell, percent if HEADER[column] in SHARES else None)
