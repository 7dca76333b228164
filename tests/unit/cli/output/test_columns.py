from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from monitor.cli.output.columns import Cell, Column, Columns, folded, width_of_cell

TABLE = (Column("NAME", 6), Column("AGE", 4, "right"), Column("WHAT", 8))


def drawn(columns: Columns, width: int = 40) -> list[str]:
    """Return the lines of a table, without colours."""
    console = Console(file=StringIO(), width=width, color_system=None)
    with console.capture() as captured:
        console.print(columns, end="")
    return captured.get().splitlines()


def plain(*texts: str) -> list[Cell]:
    """Return a row without styles."""
    return [[(text, "")] for text in texts]


def test_cells_stand_below_their_headings() -> None:
    """To the left, or to the right where the column says so; nothing is filled up at the end of a line."""
    assert drawn(Columns(TABLE, [plain("a", "12s", "well"), plain("bb", "3h", "")])) == [
        "NAME    AGE WHAT",
        "a       12s well",
        "bb       3h",
    ]
    assert drawn(Columns(TABLE, [plain("a", "1d", "b")], with_headings=False, gap=2)) == ["a         1d  b"]


def test_a_wide_cell_goes_on_in_the_next_line() -> None:
    """Between words where that can be; the other cells of its row are not repeated."""
    assert drawn(Columns(TABLE, [plain("a", "1d", "paper out again")]))[1:] == [
        "a        1d paper",
        "            out",
        "            again",
    ]


def test_chinese_takes_two_cells() -> None:
    """So columns stay in line."""
    assert drawn(Columns(TABLE, [plain("上海", "1d", "x")]))[1:] == ["上海     1d x"]


@given(
    st.lists(st.tuples(st.text("ab 上海。.", max_size=9), st.sampled_from(["", "dim"]))), st.integers(2, 9)
)
def test_folding_keeps_the_text_and_the_width(cell: list[tuple[str, str]], width: int) -> None:
    """No line is wider than it may be, and only spaces at line ends are lost."""
    lines = folded(cell, width)
    assert all(width_of_cell(line) <= width for line in lines)
    whole = "".join(text for text, _ in cell)
    assert "".join("".join(text for text, _ in line) for line in lines).replace(" ", "") == whole.replace(
        " ", ""
    )
    assert width_of_cell(cell) == cell_len(whole)
