import io
import re
import zipfile
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from monitor.views.availability_report.sheet import HEADER
from monitor.views.availability_report.workbook import report_workbook
from monitor.views.chunked_work import PART, at_once
from tests.unit.views.availability_report.test_document import documented

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets_of(content: bytes) -> dict[str, list[dict[str, str]]]:
    """Return the cells of every sheet, row by row, by column; a formula is told as one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - our own
        names = [sheet.get("name") or "" for sheet in book.iter(f"{MAIN}sheet")]
        found = {}
        for number, name in enumerate(names, start=1):
            tree = ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - our own
            found[name] = [
                {re.sub(r"[0-9]", "", cell.get("r") or ""): _said(cell) for cell in row.iter(f"{MAIN}c")}
                for row in tree.iter(f"{MAIN}row")
            ]
        return found


def _said(cell: ET.Element) -> str:
    if cell.find(f"{MAIN}f") is not None:
        return "a formula"
    return "".join(part.text or "" for part in cell.iter() if part.tag in (f"{MAIN}t", f"{MAIN}v"))


def test_a_workbook_has_the_rows_and_no_formula() -> None:
    """Whatever names begin with; a figure that is not there is an empty cell."""
    sheets = sheets_of(at_once(report_workbook(documented())))
    assert list(sheets) == ["About", "Site", "Worst", "Model and firmware", "Causes"]
    header, none, shop, known, nothing = sheets["Site"]
    assert tuple(header.values()) == HEADER
    assert (none["A"], shop["A"], known["A"]) == ("", "=HYPERLINK(1)", "@shop 店铺 <b>")
    assert float(shop["C"]) == documented().rows[1].availability
    assert "C" not in nothing
    assert [row["A"] for row in sheets["Causes"]] == ["cause", "network", "PaperOut", "unknown"]
    assert sheets["About"][1] == {"A": "from", "B": "2026-10-22T01:00:00.000Z"}


def test_a_large_report_is_written_row_by_row() -> None:
    """And none is lost between two steps."""
    report = documented()
    rows = [replace(report.rows[1], key=f"shop {number}") for number in range(PART + 3)]
    sheets = sheets_of(at_once(report_workbook(replace(report, rows=rows))))
    assert [row["A"] for row in sheets["Site"][1:]] == [row.key for row in rows]
