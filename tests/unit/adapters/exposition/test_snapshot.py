import gc
import weakref

from monitor.adapters.exposition.snapshot import SHARED_S, PerTerminal, Snapshot, Snapshots
from monitor.domain.fleet.health import Health
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.chunked_work import PART, at_once
from tests.fleets import LivingFleet, inventory_row, make_fleet


def snapshots_of(living: LivingFleet, per_terminal: PerTerminal = "all") -> Snapshots:
    """Return what takes snapshots of a fleet."""
    return Snapshots(read_model=living.read_model, per_terminal=per_terminal)


def ids_of(snapshot: Snapshot) -> list[str]:
    """Return the terminals that have series of their own."""
    return [watched.terminal.terminal_id for watched in snapshot.shown]


def test_scrapes_at_about_the_same_time_share_a_snapshot() -> None:
    """However many they are, the fleet is counted once; after a while it is counted again."""
    living = make_fleet(3)
    snapshots = snapshots_of(living)
    first = at_once(snapshots.taking())
    living.clock.turn(SHARED_S - 0.1)
    assert at_once(snapshots.taking()) is first
    living.clock.turn(0.2)
    assert at_once(snapshots.taking()) is not first


def test_nothing_is_kept_between_two_scrapes() -> None:
    """When the last scrape is over its snapshot is gone, and the next sees the fleet as it is then."""
    living = make_fleet(3)
    snapshots = snapshots_of(living)
    gc.disable()
    try:
        first = weakref.ref(at_once(snapshots.taking()))
        assert first() is None
    finally:
        gc.enable()
    living.evaluation.membership.remove("10000001", living.clock.now())
    assert ids_of(at_once(snapshots.taking())) == ["10000000", "10000002"]


def test_everybody_is_counted_whoever_is_shown() -> None:
    """The counts are the same, whichever terminals have series; spares are rows of the inventory as well."""
    living = make_fleet(PART + 3, inventory_row(5000, status=InventoryStatus.SPARE))
    living.hear_all(printer={"status": "ok"})
    living.make_offline("10000001")
    all_of_them, unhealthy, none = (
        at_once(snapshots_of(living, mode).taking()) for mode in ("all", "unhealthy", "none")
    )
    assert len(all_of_them.shown) == PART + 3
    assert ids_of(unhealthy) == ["10000001"]
    assert ids_of(none) == []
    for snapshot in (all_of_them, unhealthy, none):
        assert snapshot.statuses[InventoryStatus.IN_SERVICE] == PART + 3
        assert snapshot.statuses[InventoryStatus.SPARE] == 1
        assert snapshot.census.healths[Health.CRITICAL] == 1


def test_a_fleet_that_changes_while_it_is_counted_is_as_it_was() -> None:
    """Who leaves meanwhile is there once more, and nobody is counted twice."""
    living = make_fleet(3 * PART)
    work = snapshots_of(living).taking()
    next(work)
    for number in range(PART):
        living.evaluation.membership.remove(f"{10_000_000 + 2 * number}", living.clock.now())
    snapshot = at_once(work)
    assert len(snapshot.shown) == sum(snapshot.census.healths.values()) == 3 * PART
