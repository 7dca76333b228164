import csv
import io
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.output.json_csv import csv_of, json_of


class Word(msgspec.Struct):
    """A document of one text."""

    text: str


@given(st.text())
def test_json_says_the_same_and_moves_no_terminal(text: str) -> None:
    """Whatever a document holds, the output is printable and reads back as it was."""
    out = json_of(Word(text)).decode()
    assert json.loads(out) == {"text": text}
    assert not [sign for sign in out if sign != "\n" and sign in "\x1b\x9b\u202e\u2028\x7f\r"]


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


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8")), min_size=2)))
def test_csv_reads_back(rows: list[list[str]]) -> None:
    """Quotes, commas and spaces included; but for the apostrophe before a formula."""
    read = list(csv.reader(io.StringIO(csv_of(rows).decode())))
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
