import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain.inventory.terminal import FIELDS, Terminal
from monitor.simulator.inventory_file import write_inventory

ROWS = [
    Terminal(terminal_id="00000001", endpoint="http://127.0.0.1:1/x", site='上海"1", 店', region="华东"),
    Terminal(terminal_id="00000002"),
]


def broken() -> Iterator[Terminal]:
    """Yield a row and then fail."""
    yield ROWS[0]
    raise OSError("no more")


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    """Any CSV reader gets the same values under the contract's names."""
    write_inventory(tmp_path / "fleet.csv", ROWS)
    with (tmp_path / "fleet.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert [list(row) for row in read] == [list(FIELDS)] * 2
    assert [Terminal(**row) for row in read] == ROWS  # type: ignore[arg-type]


def test_an_unfinished_inventory_is_not_seen(tmp_path: Path) -> None:
    """When writing fails the file that was there stays, and nothing is left behind."""
    path = tmp_path / "fleet.csv"
    path.write_text("old")
    with pytest.raises(OSError, match="no more"):
        write_inventory(path, broken())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
