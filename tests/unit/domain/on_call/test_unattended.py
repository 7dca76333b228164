from monitor.domain.alerts.alert import AlertState
from monitor.domain.on_call.unattended import UnattendedAlert
from tests.unit.domain.on_call.test_acknowledgement import firing


def test_a_level_is_due_after_its_time_while_the_alert_fires() -> None:
    """One that is over is nobody's business."""
    for alert, is_due in (
        (firing(unattended_s=60.0), True),
        (firing(unattended_s=59.9), False),
        (firing(unattended_s=60.0, state=AlertState.PENDING), False),
        (None, False),
    ):
        thing = UnattendedAlert(level=2, alertname="X", subject="/site/a", alert=alert, after_s=60.0)
        assert thing.is_due is is_due
        assert thing.name == "2/X//site/a"
