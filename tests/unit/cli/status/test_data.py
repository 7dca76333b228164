import pytest

from monitor.cli.output.json_csv import csv_of


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://example.com","x")', '"\'=HYPERLINK(""http://example.com"",""x"")"'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-1+SUM(A1)", "'-1+SUM(A1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1", "'\uff1d1"),
        ("-20003", "-20003"),
        ("Shop = 1", "Shop = 1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula_to_a_spreadsheet(cell: str, written: str) -> None:
    """A text that begins like a formula is led by an apostrophe; terminal ids stay what they are."""
    assert csv_of([[cell, "ok"]]) == f"{written},ok\n".encode()
