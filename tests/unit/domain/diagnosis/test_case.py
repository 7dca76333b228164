from monitor.domain.diagnosis.case import Case
from tests.unit.domain.diagnosis.holding import changed


def test_a_change_is_found_by_its_name() -> None:
    """One of several names is enough."""
    case = Case(changes=changed("firmware_version") + changed("endpoint"))
    assert case.has_changed("firmware_version")
    assert case.has_changed("serial_number", "endpoint")
    assert not case.has_changed("serial_number")
    assert not case.has_changed()


def test_nothing_known_is_no_fault() -> None:
    """Every field has a value that means unknown or none, so that sources may leave it out."""
    case = Case()
    assert not case.has_changed("firmware_version")
    assert (case.outcome, case.has_answered, case.battery_percent) == (None, None, None)
    assert (case.transactions, case.neighbours, case.members) == (0, 0, 0)
    assert case.is_in_inventory
