import csv
import io

from monitor.views.availability_report.csv_form import report_csv
from monitor.views.availability_report.sheet import HEADER
from monitor.views.chunked_work import at_once
from tests.unit.views.availability_report.test_document import documented


def test_every_row_is_a_line_and_a_formula_is_a_text() -> None:
    """With a byte order mark, which spreadsheets need; nothing is an empty cell."""
    content = at_once(report_csv(documented())).decode("utf-8-sig")
    none, shop, known, nothing = csv.DictReader(io.StringIO(content))
    assert tuple(shop) == HEADER
    assert (shop["key"], known["key"], none["key"]) == ("'=HYPERLINK(1)", "'@shop 店铺 <b>", "")
    assert float(shop["availability"]) == documented().rows[1].availability
    assert (shop["down_seconds"], shop["outages"], shop["mttr_median_seconds"]) == ("3600", "4", "90.0")
    assert (nothing["availability"], nothing["availability_low"], nothing["mtta_seconds"]) == ("", "", "")
