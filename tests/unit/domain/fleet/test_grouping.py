from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.grouping import BY_REGION, BY_SITE
from monitor.domain.inventory.terminal import InventoryStatus
from tests.scenes import Scene, site, terminal


def grouped(*rows: tuple[int, str, str]) -> Scene:
    """Return a scene with these terminals: number, site, region."""
    return Scene([terminal(number, site=at, region=region) for number, at, region in rows])


def names(fleet: Fleet, terminal_id: str) -> list[tuple[str, str]]:
    """Return the groups that count a terminal, by kind and name."""
    return [(group.kind, group.name) for group in fleet.groups_of(fleet[terminal_id])]


def test_groups_stand_from_the_narrowest_to_the_whole_fleet() -> None:
    """A region stands between sites and fleet."""
    scene = grouped((1, "mall", "north"), (2, "", "north"), (3, "", ""))
    assert names(scene.fleet, "10000001") == [("site", "mall"), ("region", "north"), ("fleet", "")]
    assert names(scene.fleet, "10000002") == [("region", "north"), ("fleet", "")]
    assert names(scene.fleet, "10000003") == [("fleet", "")]


def test_a_grouping_follows_the_inventory() -> None:
    """Who joins, moves and leaves later is counted, and an empty group is gone."""
    scene = grouped((1, "mall", "north"))
    scene.add(terminal(2, region="north"))
    north = scene.fleet.groups.find("/region/north")
    assert north is not None
    assert sorted(north.members) == ["10000001", "10000002"]
    scene.change(terminal(1, site="mall", region="south"))
    scene.remove("10000002")
    assert scene.fleet.groups.find("/region/north") is None
    south = scene.fleet.groups.find("/region/south")
    assert south is not None
    assert south.subject == "/region/south"


def test_a_grouping_is_added_once() -> None:
    """The same grouping again changes nothing."""
    scene = grouped((1, "mall", "north"))
    before = scene.fleet.groups.find("/region/north")
    scene.fleet.group_by(BY_REGION)
    scene.fleet.group_by(BY_SITE)
    assert scene.fleet.groups.find("/region/north") is before
    assert len(names(scene.fleet, "10000001")) == 3


def test_groups_are_found_by_the_subject_of_their_alerts() -> None:
    """A subject that names no group leads to none."""
    scene = Scene(site("mall", 2))
    groups = scene.fleet.groups
    assert groups.find("/site/mall") is scene.fleet.sites["mall"]
    assert groups.find("/fleet") is scene.fleet.whole
    assert [groups.find(subject) for subject in ("/site/gone", "/card/1", "10000001")] == [None] * 3


def test_what_is_larger_explains_what_is_smaller() -> None:
    """Around a terminal stand its groups, around a group the larger ones, around the fleet none."""
    fleet = grouped((1, "mall", "north"), (2, "mall", "north")).fleet
    mall, north = fleet.sites["mall"], fleet.groups.find("/region/north")
    assert fleet.groups_around("10000001") == (fleet.whole, north, mall)
    assert fleet.groups_around("/site/mall") == (fleet.whole, north)
    assert fleet.groups_around("/region/north") == (fleet.whole,)
    assert fleet.groups_around("/fleet") == ()
    assert fleet.groups_around("/site/gone") == (fleet.whole,)


def test_a_terminal_that_is_not_paged_is_explained_but_not_counted() -> None:
    """An outage around a terminal in maintenance explains it; the terminal is no part of the outage."""
    scene = Scene([terminal(1, site="mall"), terminal(2, site="mall", status=InventoryStatus.MAINTENANCE)])
    assert scene.fleet.groups_of(scene.watched("10000002")) == ()
    assert scene.fleet.groups_around("10000002") == (scene.fleet.whole, scene.fleet.sites["mall"])
