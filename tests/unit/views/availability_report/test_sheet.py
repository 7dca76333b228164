from monitor.views.availability_report.sheet import HEADER, cells_of, printable
from tests.unit.views.availability_report.test_document import documented


def test_a_row_has_a_cell_for_each_heading() -> None:
    """Those of the bounds are empty where there are none."""
    _, shop, _, nothing = documented().rows
    cells = dict(zip(HEADER, cells_of(shop), strict=True))
    assert (cells["key"], cells["closed_seconds"], cells["terminals"]) == ("=HYPERLINK(1)", 20 * 86_400, 1)
    assert dict(zip(HEADER, cells_of(nothing), strict=True))["availability_high"] is None


def test_signs_that_cannot_be_shown_are_spaces() -> None:
    """A name may hold anything."""
    assert printable("a\x00b\u202ec") == "a b c"
