"""Spares near by."""

from monitor.domain.fleet.spares import SpareShelf
from monitor.domain.inventory.terminal import InventoryStatus
from tests.scenes import terminal


def shelf(*rows: tuple[int, str, str, str]) -> SpareShelf:
    """Return spares by number, site, region and model."""
    known = SpareShelf()
    for number, site, region, model in rows:
        known.put(
            terminal(number, site=site, region=region, model=model, status=InventoryStatus.SPARE, endpoint="")
        )
    return known


def near(known: SpareShelf, *, most: int = 3, **place: str) -> list[str]:
    """Return the last digits of the nearest."""
    wanted = {"site": "a", "region": "east", "model": "N910"} | place
    return [one.terminal_id[-1] for one in known.near(**wanted, most=most)]


def test_nearest_first_and_the_same_model_before_others() -> None:
    """The site's own, then the region's; another region has none to give."""
    known = shelf(
        (1, "b", "east", "N910"),
        (2, "a", "east", "P2000"),
        (3, "a", "east", "N910"),
        (4, "c", "west", "N910"),
    )
    assert near(known) == ["3", "2", "1"]
    assert near(known, most=1) == ["3"]
    assert near(known, site="", region="") == []
    assert near(known, site="b", model="") == ["1", "2", "3"]


def test_spare_that_is_taken_or_moves_is_no_longer_there() -> None:
    """A row that is no spare any more, one that moved, one that is gone."""
    known = shelf((1, "a", "east", "N910"), (2, "a", "east", "N910"))
    known.put(terminal(1, site="a", region="east", status=InventoryStatus.RETIRED))
    assert near(known) == ["2"]
    known.put(terminal(2, site="z", region="west", model="N910", status=InventoryStatus.SPARE))
    assert near(known) == []
    assert near(known, region="west") == ["2"]
    known.drop("10000002")
    known.drop("10000002")
    assert len(known) == 0
