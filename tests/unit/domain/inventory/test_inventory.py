from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.domain.inventory.inventory import Inventory, InventoryChange, difference, shrink_refusal
from monitor.domain.inventory.terminal import FIELDS, InventoryStatus, Terminal


def fleet(*ids: str, site: str = "") -> Inventory:
    """Return an inventory of terminals with these ids."""
    return Inventory(Terminal(terminal_id=terminal_id, site=site) for terminal_id in ids)


def numbered(count: int, start: int = 0) -> Inventory:
    """Return an inventory of `count` terminals."""
    return fleet(*(f"{number:08}" for number in range(start, start + count)))


def test_keeps_file_order_and_finds_by_id() -> None:
    """Terminals come out in the order in which they went in, and each is found by its id."""
    inventory = fleet("2", "1", "3")
    assert [row.terminal_id for row in inventory] == ["2", "1", "3"]
    assert inventory["1"].terminal_id == "1"
    assert inventory.get("4") is None
    assert "2" in inventory
    assert "4" not in inventory
    assert len(inventory) == 3


def test_one_id_twice_is_refused() -> None:
    """Two terminals with one id cannot be told apart."""
    with pytest.raises(ValueError, match="twice"):
        fleet("1", "1")


def test_equal_rows_make_equal_inventories() -> None:
    """Inventories compare by their rows."""
    assert fleet("1", "2") == fleet("1", "2")
    assert hash(fleet("1", "2")) == hash(fleet("1", "2"))
    assert fleet("1") != fleet("1", site="Berlin")
    assert fleet("1") != "1"
    assert repr(fleet("1")) == "Inventory(1 terminals)"


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "terminal_id"])
def test_change_of_any_column_is_a_change(name: str) -> None:
    """A terminal whose row differs in one column only is reported with both rows."""
    row = Terminal(terminal_id="1")
    value: Any = InventoryStatus.SPARE if name == "status" else "other"
    found = difference(Inventory([row]), Inventory([replace(row, **{name: value})]))
    assert [(pair.before, getattr(pair.after, name)) for pair in found.changed] == [(row, value)]
    assert not found.added
    assert not found.removed


def test_added_and_removed_are_told_apart_from_changed() -> None:
    """Each id is reported in one place only."""
    found = difference(fleet("1", "2"), fleet("2", "3"))
    assert found == InventoryChange(added=tuple(fleet("3")), removed=tuple(fleet("1")))


@pytest.mark.parametrize(
    "after", [fleet("1", "2", "3"), fleet("1"), Inventory([*fleet("1"), *fleet("2", site="x")])]
)
def test_one_kind_of_change_is_a_change(after: Inventory) -> None:
    """Rows that are only added, only removed or only changed are a change."""
    assert difference(fleet("1", "2"), after)


@given(st.permutations(["1", "2", "3", "4"]))
def test_order_of_rows_is_no_change(order: list[str]) -> None:
    """Sorting the file anew changes nothing."""
    assert not difference(fleet("1", "2", "3", "4"), fleet(*order))


@given(st.sets(st.text("12345", min_size=1)), st.sets(st.text("12345", min_size=1)))
def test_change_laid_over_the_old_inventory_gives_the_new(old: set[str], new: set[str]) -> None:
    """Old rows, less the removed, plus the added and changed, are the new rows."""
    before, after = fleet(*sorted(old)), fleet(*sorted(new), site="x")
    change = difference(before, after)
    kept = {row.terminal_id: row for row in before if row not in change.removed}
    kept |= {row.terminal_id: row for row in change.added}
    kept |= {pair.after.terminal_id: pair.after for pair in change.changed}
    assert kept == {row.terminal_id: row for row in after}


SHRINKS = [
    ("nothing is lost", 10, 10, 0, None),
    ("exactly a fifth is lost", 10, 8, 0, None),
    ("a little more than a fifth is lost", 100, 79, 0, "lacks 21 of the 100 present terminals (21%)"),
    ("the file is empty", 3, 0, 0, "is empty, the present one has 3 terminals"),
    ("every id is another", 10, 10, 100, "lacks 10 of the 10 present terminals (100%)"),
    ("there was nothing before", 0, 0, 0, None),
    ("the fleet grows", 1, 50, 0, None),
]


@pytest.mark.parametrize(
    ("old", "new", "start", "reason"), [c[1:] for c in SHRINKS], ids=[c[0] for c in SHRINKS]
)
def test_shrinking_fleet_is_refused(old: int, new: int, start: int, reason: str | None) -> None:
    """More than the allowed share gone at once is refused with its numbers."""
    found = shrink_refusal(numbered(old), numbered(new, start))
    assert found is None if reason is None else found is not None and found.startswith(reason)


def test_share_that_may_go_is_a_setting() -> None:
    """The allowed share decides, and 1 accepts even an empty inventory."""
    assert shrink_refusal(numbered(10), numbered(9), max_shrink=0.05) is not None
    assert shrink_refusal(numbered(10), numbered(5), max_shrink=0.5) is None
    assert shrink_refusal(numbered(10), numbered(0), max_shrink=1) is None
