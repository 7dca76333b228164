import pytest

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.inventory.terminal import InventoryStatus
from tests.scenes import START, Scene, reading, site, terminal


def test_a_terminal_is_watched_once() -> None:
    """A second one of the same id is refused, and nothing is counted twice."""
    scene = Scene([terminal()])
    with pytest.raises(ValueError, match="watched already"):
        scene.fleet.add(terminal(), rules=RuleBook().for_terminal(terminal()), now=START)
    assert len(scene.fleet) == len(scene.fleet.whole.members) == 1


def test_who_is_not_watched_is_not_there() -> None:
    """Looking is allowed, changing and removing is not."""
    scene = Scene()
    assert scene.fleet.get("10000001") is None
    with pytest.raises(KeyError):
        scene.change(terminal())
    with pytest.raises(KeyError):
        scene.remove()
    with pytest.raises(KeyError):
        scene.fleet["10000001"]
    with pytest.raises(KeyError):
        scene.fleet.remove("10000001")


def test_every_join_and_leave_is_a_revision() -> None:
    """Whoever keeps a list knows when it is old; a changed row does not make it so."""
    scene = Scene([terminal(1)])
    before = scene.fleet.revision
    scene.change(terminal(1, site="new"))
    assert scene.fleet.revision == before
    scene.add(terminal(2))
    scene.remove("10000001")
    assert scene.fleet.revision == before + 2


def test_groups_follow_the_inventory() -> None:
    """Site, status and region of a row decide where a terminal is counted; empty sites are gone."""
    scene = Scene([*site("a", 2, region="north"), terminal(3)])
    assert {name: len(group.members) for name, group in scene.fleet.sites.items()} == {"a": 2}
    scene.change(terminal(1, site="b", region="south"))
    assert {name: len(group.members) for name, group in scene.fleet.sites.items()} == {"a": 1, "b": 1}
    assert (scene.fleet.sites["a"].region, scene.fleet.sites["b"].region) == ("north", "south")
    scene.change(terminal(2, site="a", status=InventoryStatus.MAINTENANCE))
    assert scene.fleet.sites.keys() == {"b"}
    assert len(scene.fleet.whole.members) == 2
    assert scene.fleet.groups_of(scene.watched("10000002")) == ()
    assert scene.fleet.groups_of(scene.watched("10000003")) == (scene.fleet.whole,)
    scene.remove("10000001")
    assert not scene.fleet.sites


def test_statuses_count_every_row() -> None:
    """Watched or not, each row of the inventory has a status."""
    scene = Scene([terminal(1), terminal(2, status=InventoryStatus.MAINTENANCE)])
    scene.fleet.set_aside(terminal(3, status=InventoryStatus.SPARE))
    assert scene.fleet.statuses() == {
        InventoryStatus.IN_SERVICE: 1,
        InventoryStatus.MAINTENANCE: 1,
        InventoryStatus.SPARE: 1,
        InventoryStatus.RETIRED: 0,
    }


def cohort(scene: Scene, number: int) -> dict[str, int]:
    """Return the versions a terminal is compared with."""
    found = scene.watched(f"{10_000_000 + number}").cohort
    return dict(found.versions) if found else {}


def test_a_cohort_is_the_model() -> None:
    """The inventory's model counts, else the one the terminal gives; without either there is none."""
    scene = Scene([terminal(1, model="N910"), terminal(2), terminal(3), terminal(4, model="A920")])
    scene.poll("10000001", reading("10000001", firmware_version="1", model="other"))
    scene.poll("10000002", reading("10000002", firmware_version="2", model="N910"))
    scene.poll("10000003", reading("10000003", firmware_version="3"))
    scene.poll("10000004", reading("10000004", firmware_version="4"))
    assert cohort(scene, 1) == cohort(scene, 2) == {"1": 1, "2": 1}
    assert cohort(scene, 3) == {}
    assert cohort(scene, 4) == {"4": 1}
    scene.poll("10000003", reading("10000003", firmware_version="3", model="A920"))
    assert cohort(scene, 4) == {"3": 1, "4": 1}


def test_a_cohort_follows_updates_changes_and_removals() -> None:
    """A terminal counts once, with its present version, under its present model."""
    scene = Scene([terminal(1, model="N910"), terminal(2, model="N910")])
    for terminal_id in ("10000001", "10000002"):
        scene.poll(terminal_id, reading(terminal_id, firmware_version="1"))
    scene.say(firmware_version="2")
    assert cohort(scene, 2) == {"1": 1, "2": 1}
    scene.say()
    assert cohort(scene, 2) == {"1": 1}, "a heartbeat without a version counts for none"
    scene.say(firmware_version="2")
    scene.change(terminal(1, model="A920"))
    assert (cohort(scene, 1), cohort(scene, 2)) == ({"2": 1}, {"1": 1})
    scene.remove("10000001")
    scene.add(terminal(1, model="N910"))
    assert cohort(scene, 2) == {"1": 1}


def test_a_row_that_reads_as_before_brings_its_rules() -> None:
    """A reload may change the rules alone."""
    scene = Scene([terminal()])
    rules = RuleBook({"PaperOut": {"enabled": False}}).for_terminal(terminal())
    scene.fleet.change(terminal(), rules=rules, now=START)
    assert scene.watched().rules is rules
    assert list(scene.fleet.whole.members) == ["10000001"]
