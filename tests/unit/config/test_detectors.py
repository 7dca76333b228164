from dataclasses import fields

import pytest

from monitor.config.detectors import Detectors
from monitor.config.section import key_of
from monitor.domain.alerts.detector import Detector
from monitor.domain.alerts.limits import rising_pairs
from monitor.domain.alerts.rules import default_rule
from monitor.domain.detectors.table import DETECTORS

NAMES = [detector.alertname for detector in DETECTORS]

CONTRACT = {
    *(
        "TerminalOffline",
        "TerminalFlapping",
        "SiteOffline",
        "WrongAnswers",
        "FleetUnreachable",
        "WeakSignal",
        "HostUnreachable",
    ),
    *("BatteryLow", "BatteryCritical", "PaperLow", "PaperOut", "PrinterFault"),
    *("RegistrationLost", "RegistrationPending"),
    *("PinPadFault", "CardReaderFault", "DisplayFault", "TransactionBacklog", "FirmwareOutdated"),
    "SerialNumberSpelling",
    *("ClockSkew", "UnexpectedRestart", "TerminalTampered", "UnknownTerminalId", "TerminalIdMismatch"),
    *("TerminalIdConflict", "TerminalIdProbing", "PinFailuresOnTerminal", "PinFailuresOnCard"),
    *("PinFailuresAcrossTerminals", "PinLockImminent", "TerminalLocked", "PinDataFault"),
    *("OperatorLoginFailures", "OffHoursTransactions", "RepeatedTransactions", "Watchdog"),
    "MonitorClockSkew",
}


def test_every_alert_of_the_contract_is_known() -> None:
    """Each can be configured."""
    assert set(NAMES) >= CONTRACT


@pytest.mark.parametrize("detector", DETECTORS, ids=NAMES)
def test_defaults_are_the_detector_s(detector: Detector) -> None:
    """Without configuration a rule is what the detector table says."""
    assert Detectors().rule_book()[detector.alertname] == default_rule(detector)


@pytest.mark.parametrize("detector", DETECTORS, ids=NAMES)
def test_defaults_can_be_written_down(detector: Detector) -> None:
    """Every default lies within the bounds of its own setting."""
    rule = default_rule(detector)
    numbers = {
        key_of(field.name): getattr(rule.limits, field.name)
        for field in fields(rule.limits)
        if not field.name.endswith("_s")
    }
    settings = Detectors.model_validate({detector.alertname: {"severity": rule.severity, **numbers}})
    assert settings.rule_book()[detector.alertname] == rule


@pytest.mark.parametrize("detector", DETECTORS, ids=NAMES)
def test_pairs_name_thresholds_that_exist(detector: Detector) -> None:
    """The pairs that must rise name thresholds that the detector has."""
    names = {field.name for field in fields(detector.limits)}
    assert {name for pair in rising_pairs(detector.limits) for name in pair} <= names
