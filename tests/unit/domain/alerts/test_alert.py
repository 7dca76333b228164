from dataclasses import FrozenInstanceError, replace

import pytest

from monitor.domain.alerts.alert import Alert, AlertState, Category, Severity, Transition
from tests.scenes import START

ALERT = Alert(
    alertname="PaperOut",
    subject="10000001",
    labels={"alertname": "PaperOut", "terminal_id": "10000001"},
    severity=Severity.WARNING,
    category=Category.PRINTER,
    since=START,
    state=AlertState.PENDING,
    last_present=START,
)


def test_an_alert_is_known_by_name_and_subject() -> None:
    """Neither labels nor state are part of the key: a relabelled alert is filed where it was."""
    other = replace(ALERT, labels={"site": "a"}, state=AlertState.FIRING)
    assert other.key == ALERT.key == ("PaperOut", "10000001")
    assert replace(ALERT, subject="10000002").key != ALERT.key


def test_alerts_share_no_annotations() -> None:
    """Each gets a dictionary of its own."""
    one = Alert(**{field: getattr(ALERT, field) for field in _GIVEN})
    two = Alert(**{field: getattr(ALERT, field) for field in _GIVEN})
    one.annotations["summary"] = "no paper"
    assert two.annotations == {}


_GIVEN = ("alertname", "subject", "labels", "severity", "category", "since", "state", "last_present")


def test_a_transition_cannot_be_changed() -> None:
    """Journal and receivers get what was so at that moment."""
    step = Transition(
        alertname="PaperOut",
        subject="10000001",
        severity=Severity.WARNING,
        previous=AlertState.INACTIVE,
        state=AlertState.PENDING,
        at=START,
        since=START,
        labels={},
        annotations={},
    )
    with pytest.raises(FrozenInstanceError):
        step.state = AlertState.FIRING  # type: ignore[misc]


def test_severities_and_states_are_their_persisted_names() -> None:
    """Stores, labels and the API write them; a renamed one would be lost at an upgrade."""
    assert [*Severity] == ["critical", "warning", "info", "none"]
    assert [*AlertState] == ["inactive", "pending", "firing", "resolved"]
