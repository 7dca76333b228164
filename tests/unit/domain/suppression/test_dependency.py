from monitor.domain.alerts.alert import Category
from monitor.domain.suppression.dependency import explaining_parent, parent_of_all
from monitor.domain.suppression.hold import HoldReason
from tests.lines import FleetOnLines, down, hung, line, offline
from tests.unit.domain.evaluation.test_parent_evaluation import cut_off


def test_a_line_explains_its_terminals_its_fleet_and_not_itself() -> None:
    """And nothing, once it is out of trouble."""
    living = cut_off()
    alerts = {alert.key: alert for alert in living.book}
    fleet = living.fleet
    terminal, whole = alerts[offline(0)], alerts["FleetUnreachable", "/fleet"]
    assert explaining_parent(terminal, fleet.get("10000000"), fleet) is living.parent("line-7")
    assert parent_of_all(whole, fleet) is living.parent("line-7")
    assert explaining_parent(alerts[down("line-7")], None, fleet) is None
    living.parents.troubled.clear()
    assert explaining_parent(terminal, fleet.get("10000000"), fleet) is None


def test_security_alerts_are_never_held_by_a_parent() -> None:
    """A tampered PIN pad is told while its line is down."""
    living = FleetOnLines([hung(0, "line-7"), hung(1)], [line("line-7")])
    for _ in range(4):
        living.hear("10000000", pin_pad={"status": "tampered"})
        living.wait(30)
    living.cut("line-7")
    alerts = [alert for alert in living.book if alert.category is Category.SECURITY]
    assert alerts
    assert all(living.hold(alert) is None for alert in alerts)


def test_the_hold_names_the_parent_and_ends_at_no_known_time() -> None:
    """Reason, name and words."""
    living = cut_off()
    alert = next(alert for alert in living.book if alert.key == offline(1))
    hold = living.hold(alert)
    assert hold is not None
    assert (hold.reason, hold.by, hold.until) == (HoldReason.PARENT, "parent line-7", None)
    living.ask("line-7")
    hold = living.hold(alert)
    assert hold is not None
    assert hold.words == "what it hangs on, line-7, is just back"
