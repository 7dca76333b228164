from typing import Any

import pytest

from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.power import BatteryLimits
from tests.unit.domain.detectors.judging import detector_of, summary, verdict, watched


def battery(percent: float | None = None, *, charging: bool | None = None) -> dict[str, Any]:
    """Return a document that speaks of the battery."""
    return {"battery": {"percent": percent, "charging": charging}}


@pytest.mark.parametrize(
    ("sentence", "alertname", "document", "is_open", "expected"),
    [
        ("a mains-only terminal has no battery to be low", "BatteryLow", {}, False, "unknown"),
        ("a battery of unknown charge is unknown", "BatteryLow", battery(), False, "unknown"),
        ("low opens below 20 %", "BatteryLow", battery(19.9), False, "present"),
        ("low does not open at 20 %", "BatteryLow", battery(20), False, "absent"),
        ("low stays open below 25 %", "BatteryLow", battery(24.9), True, "present"),
        ("low clears at 25 %", "BatteryLow", battery(25), True, "absent"),
        ("low does not open while charging", "BatteryLow", battery(5, charging=True), False, "absent"),
        ("low clears on the charger", "BatteryLow", battery(5, charging=True), True, "absent"),
        ("known not to charge is not charging", "BatteryLow", battery(19, charging=False), False, "present"),
        ("critical opens below 10 %", "BatteryCritical", battery(9.9), False, "present"),
        ("critical does not open at 10 %", "BatteryCritical", battery(10), False, "absent"),
        ("critical stays open below 15 %", "BatteryCritical", battery(14.9), True, "present"),
        ("critical clears at 15 %", "BatteryCritical", battery(15), True, "absent"),
        ("empty is critical", "BatteryCritical", battery(0, charging=False), False, "present"),
        ("0 % of what may be no battery says nothing", "BatteryCritical", battery(0), False, "unknown"),
        ("nor is it low", "BatteryLow", battery(0), False, "unknown"),
        ("nor does it clear anything", "BatteryCritical", battery(0), True, "unknown"),
        ("critical clears on the charger", "BatteryCritical", battery(1, charging=True), True, "absent"),
    ],
)
def test_battery(
    sentence: str, alertname: str, document: dict[str, Any], *, is_open: bool, expected: str
) -> None:
    """Batteries have limits to open and higher ones to clear."""
    assert verdict(alertname, watched(document), is_open=is_open) is Verdict(expected), sentence


@pytest.mark.parametrize(
    "earlier", [battery(3), battery(0.5, charging=True), battery(0, charging=False), battery(charging=True)]
)
def test_a_battery_that_was_seen_may_be_empty(earlier: dict[str, Any]) -> None:
    """What once held a charge, or said whether it charges, is a battery: 0 % is then 0 %."""
    assert verdict("BatteryCritical", watched(earlier, battery(0))) is Verdict.PRESENT


def test_a_terminal_never_heard_is_unknown() -> None:
    """Before the first heartbeat nothing is known of the battery."""
    assert verdict("BatteryLow", watched()) is Verdict.UNKNOWN


def test_limits_can_be_set() -> None:
    """A shop that sells outdoors wants to know earlier."""
    limits = BatteryLimits(below=50, clear_at=60)
    assert verdict("BatteryLow", watched(battery(49)), limits=limits) is Verdict.PRESENT


def test_critical_replaces_low() -> None:
    """The table says which of the two gives way."""
    assert detector_of("BatteryLow").replaced_by == "BatteryCritical"
    assert not detector_of("BatteryCritical").replaced_by


def test_summaries() -> None:
    """The summary has the charge and whether it is being charged."""
    assert summary("BatteryLow", watched(battery(12))) == "battery at 12 %, not charging"
    assert summary("BatteryLow", watched(battery(12.5, charging=True))) == "battery at 12.5 %, charging"
    assert summary("BatteryCritical", watched()) == "battery below 10 %"
