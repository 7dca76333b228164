from monitor.views.csv_text import csv_of


def test_formulas_are_disarmed() -> None:
    """Terminal ids and numbers within texts stay as they are."""
    assert csv_of([["a,b", "=x", "-1 dBm", "10000001"]]) == b"\"a,b\",'=x,'-1 dBm,10000001\n"
