import msgspec

from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.documents import TerminalRow
from monitor.views.terminal_row import terminal_row
from tests.fleets import LivingFleet, inventory_row, make_closed_fleet, make_fleet

ID = "10000000"
CONTRACT_KEYS = [
    "terminal_id",
    "site",
    "health",
    "connectivity",
    "battery_percent",
    "printer",
    "registration",
    "last_heartbeat_at",
    "alerts",
]


def _row_of(living: LivingFleet, terminal_id: str = ID) -> TerminalRow:
    return terminal_row(living.watched(terminal_id), living.book, living.fleet)


def test_the_documented_keys_come_first_and_in_order() -> None:
    """Scripts that read the first nine keys keep working whatever is added after them."""
    row = _row_of(make_fleet(1))
    assert list(msgspec.to_builtins(row))[:9] == CONTRACT_KEYS


def test_a_terminal_never_heard_is_unknown() -> None:
    """Before the first poll nothing is claimed: not health, not connectivity, not one component."""
    row = _row_of(make_fleet(1))
    assert (row.health, row.connectivity) == (Health.UNKNOWN, Connectivity.UNKNOWN)
    assert (row.battery_percent, row.printer, row.registration, row.last_heartbeat_at) == (None,) * 4


def test_a_well_terminal_shows_what_it_said() -> None:
    """The components of the last heartbeat are in the row."""
    living = make_fleet(1)
    living.hear(ID, battery={"percent": 87}, printer={"status": "ok"}, registration={"status": "registered"})
    row = _row_of(living)
    assert (row.health, row.connectivity) == (Health.OK, Connectivity.ONLINE)
    assert (row.battery_percent, row.printer, row.registration) == (87, "ok", "registered")
    assert row.last_heartbeat_at == "2026-11-21T01:00:00.000Z"


def test_firing_alerts_come_worst_first_and_give_the_reason() -> None:
    """The reason shown is that of the most severe alert, not of the oldest."""
    living = make_fleet(1)
    for _ in range(8):
        living.hear(ID, battery={"percent": 15, "charging": False}, printer={"status": "ok"})
        living.wait(60)
    living.hear(ID, battery={"percent": 15, "charging": False}, printer={"status": "paper_out"})
    living.wait(61)
    row = _row_of(living)
    assert row.alerts == ["PaperOut", "BatteryLow"]
    assert (row.health, row.why) == (Health.CRITICAL, "receipt printer: paper out")
    assert row.since == "2026-11-21T01:08:00.000Z"


def test_an_unconfirmed_alert_is_pending_and_leaves_the_health_alone() -> None:
    """What has not held for its time is shown apart."""
    living = make_fleet(1)
    living.hear(ID, printer={"status": "paper_out"})
    row = _row_of(living)
    assert (row.health, row.alerts, row.pending, row.why) == (Health.OK, [], ["PaperOut"], "")


def test_an_offline_terminal_keeps_what_was_last_heard() -> None:
    """No data is not ok: the last known battery and paper stay, beside the time they are from."""
    living = make_fleet(1)
    living.hear(ID, battery={"percent": 4}, printer={"status": "ok"})
    living.make_offline(ID)
    row = _row_of(living)
    assert (row.connectivity, row.health) == (Connectivity.OFFLINE, Health.CRITICAL)
    assert (row.battery_percent, row.last_heartbeat_at) == (4, "2026-11-21T01:00:00.000Z")


def test_vendor_and_model_are_the_inventory_s_or_else_the_terminal_s() -> None:
    """A bare inventory of ids and endpoints still shows what the terminals are."""
    living = make_fleet(1, inventory_row(1, vendor="", model="", merchant_id=""))
    for terminal_id in (ID, "10000001"):
        living.hear(terminal_id, vendor="pax", model="A920")
    rows = [_row_of(living, terminal_id) for terminal_id in (ID, "10000001")]
    assert [(row.vendor, row.model) for row in rows] == [("newland", "N910"), ("pax", "A920")]


def test_a_terminal_under_maintenance_is_not_ill() -> None:
    """What is being repaired shows its alerts but keeps its health."""
    living = make_fleet(1, status=InventoryStatus.MAINTENANCE)
    living.hear(ID, printer={"status": "fault"})
    living.wait(121)
    row = _row_of(living)
    assert (row.health, row.alerts, row.status) == (Health.OK, ["PrinterFault"], "maintenance")


def test_the_model_is_the_one_that_the_fleet_knows() -> None:
    """The model that a terminal gave stays in its row when a later heartbeat leaves it out."""
    living = LivingFleet([inventory_row(1, model="")])
    living.hear("10000001", model="A920")
    living.hear("10000001", battery={"percent": 50})
    row = terminal_row(living.watched("10000001"), living.book, living.fleet)
    assert row.model == living.watched("10000001").model == "A920"


def test_a_row_says_until_when_its_terminal_is_expected_to_be_off() -> None:
    """A quarter of an hour after opening; its health is ok, and it is offline nevertheless."""
    living = make_closed_fleet(1, inventory_row(9))
    row = _row_of(living, "10000000")
    assert (row.health, row.connectivity) == (Health.OK, Connectivity.OFFLINE)
    assert row.expected_off_until == "2026-11-22T00:15:00.000Z"
    assert _row_of(living, "10000009").expected_off_until is None
