"""The table of all detectors, and what they have in common."""

from typing import Any

import pytest

from monitor.domain.alerts.alert import AlertState, Category, Owner, Severity
from monitor.domain.alerts.detector import Basis
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.instant import rfc3339
from tests.scenes import Scene, reading, terminal

NAMES = [detector.alertname for detector in DETECTORS]
PROMISED = {
    "TerminalOffline": ("connectivity", "critical", 90),
    "TerminalFlapping": ("connectivity", "warning", 0),
    "SiteOffline": ("connectivity", "critical", 60),
    "WrongAnswers": ("connectivity", "critical", 60),
    "RegionOffline": ("connectivity", "critical", 60),
    "ParentDown": ("connectivity", "critical", 60),
    "FleetUnreachable": ("connectivity", "critical", 60),
    "WeakSignal": ("connectivity", "warning", 600),
    "HostUnreachable": ("connectivity", "critical", 120),
    "BatteryLow": ("power", "warning", 300),
    "BatteryCritical": ("power", "critical", 60),
    "PaperLow": ("printer", "warning", 300),
    "PaperOut": ("printer", "critical", 60),
    "PrinterFault": ("printer", "warning", 120),
    "RegistrationLost": ("registration", "critical", 60),
    "RegistrationPending": ("registration", "warning", 86_400),
    "SettlementOverdue": ("registration", "warning", 3600),
    "PinPadFault": ("device", "critical", 60),
    "CardReaderFault": ("device", "warning", 120),
    "DisplayFault": ("device", "warning", 120),
    "TransactionBacklog": ("device", "warning", 900),
    "FirmwareOutdated": ("device", "info", 86_400),
    "ClockSkew": ("device", "warning", 300),
    "UnexpectedRestart": ("device", "warning", 0),
    "SerialNumberSpelling": ("device", "info", 0),
    "SelfTestFailed": ("device", "warning", 300),
    "TerminalOverheating": ("device", "warning", 600),
    "CertificateExpiring": ("device", "warning", 0),
    "CredentialsOld": ("security", "info", 0),
    "HeartbeatUnreadable": ("device", "warning", 600),
    "TerminalTampered": ("security", "critical", 0),
    "FactoryReset": ("security", "critical", 0),
    "TerminalIdMismatch": ("security", "critical", 0),
    "TerminalLocked": ("security", "critical", 0),
    "PinFailuresOnTerminal": ("security", "critical", 0),
    "PinFailuresOnCard": ("security", "info", 0),
    "PinFailuresAcrossTerminals": ("security", "critical", 0),
    "CardAttack": ("security", "critical", 0),
    "PinLockImminent": ("security", "info", 0),
    "PinDataFault": ("security", "critical", 0),
    "OperatorLoginFailures": ("security", "warning", 0),
    "UnknownTerminalId": ("security", "warning", 0),
    "TerminalIdConflict": ("security", "critical", 0),
    "TerminalIdProbing": ("security", "critical", 0),
    "OffHoursTransactions": ("security", "warning", 0),
    "RepeatedTransactions": ("security", "warning", 0),
    "Watchdog": ("posmon", "none", 0),
    "MonitorClockSkew": ("posmon", "critical", 60),
    "SourceUnreachable": ("posmon", "critical", 120),
    "Unattended": ("posmon", "critical", 0),
    "HoldEnding": ("posmon", "info", 0),
}
ILLNESSES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "WeakSignal",
        {"network": {"type": "cellular", "signal_dbm": -120}},
        {"network": {"type": "cellular", "signal_dbm": -60}},
    ),
    ("HostUnreachable", {"network": {"host_reachable": False}}, {"network": {"host_reachable": True}}),
    ("BatteryLow", {"battery": {"percent": 12}}, {"battery": {"percent": 80}}),
    ("BatteryCritical", {"battery": {"percent": 3}}, {"battery": {"percent": 80}}),
    ("PaperLow", {"printer": {"status": "paper_low"}}, {"printer": {"status": "ok"}}),
    ("PaperOut", {"printer": {"status": "paper_out"}}, {"printer": {"status": "ok"}}),
    ("PrinterFault", {"printer": {"status": "paper_jam"}}, {"printer": {"status": "ok"}}),
    (
        "RegistrationLost",
        {"registration": {"status": "suspended"}},
        {"registration": {"status": "registered"}},
    ),
    (
        "RegistrationPending",
        {"registration": {"status": "pending"}},
        {"registration": {"status": "registered"}},
    ),
    ("PinPadFault", {"pin_pad": {"status": "fault"}}, {"pin_pad": {"status": "ok"}}),
    ("CardReaderFault", {"card_reader": {"status": "fault"}}, {"card_reader": {"status": "ok"}}),
    ("DisplayFault", {"display": {"status": "fault"}}, {"display": {"status": "ok"}}),
    ("TransactionBacklog", {"unsent_transactions": 50}, {"unsent_transactions": 0}),
    ("SelfTestFailed", {"self_test": {"status": "failed"}}, {"self_test": {"status": "ok"}}),
    ("TerminalOverheating", {"temperature_celsius": 60}, {"temperature_celsius": 55}),
    (
        "SettlementOverdue",
        {"settled_at": "2026-11-19T18:59:59Z"},
        {"settled_at": "2026-11-21T01:00:00Z"},
    ),
    (
        "CredentialsOld",
        {"operator_password_changed_at": "2026-08-23T00:59:59Z"},
        {"operator_password_changed_at": "2026-11-21T01:00:00Z"},
    ),
    ("ClockSkew", {"sent_at": "2026-11-21T05:00:00Z"}, {}),
    ("TerminalLocked", {"activity": "locked"}, {"activity": "idle"}),
    ("TerminalTampered", {"pin_pad": {"status": "tampered"}}, {"pin_pad": {"status": "ok"}}),
]


def test_the_table_is_what_the_contract_promises() -> None:
    """Names, categories, severities and holds are the contract's."""
    table = {d.alertname: (d.category.value, d.severity.value, d.for_s) for d in DETECTORS}
    assert table == PROMISED
    assert len(NAMES) == len(set(NAMES))
    assert [detector.alertname for detector in DETECTORS if not detector.enabled] == ["RepeatedTransactions"]


def test_every_owner_has_something_to_do() -> None:
    """Shops are told of what they can mend with their hands, on-call of lines and of posmon itself."""
    owned = {owner: {d.alertname for d in DETECTORS if d.owner is owner} for owner in Owner}
    assert all(owned.values())
    assert {d.owner for d in DETECTORS if d.category in {Category.POWER, Category.PRINTER}} == {Owner.SHOP}
    assert {d.owner for d in DETECTORS if d.category is Category.POSMON} == {Owner.MONITORING}
    assert {d.owner for d in DETECTORS if d.is_outage} == {Owner.NETWORK, Owner.MONITORING}
    critical = {d.alertname for d in DETECTORS if d.owner is Owner.SHOP and d.severity is Severity.CRITICAL}
    assert critical == {"TerminalOffline", "PaperOut", "BatteryCritical", "TerminalLocked"}


def test_rows_name_alerts_that_exist() -> None:
    """What replaces or withholds an alert stands in the table too."""
    others = {d.replaced_by for d in DETECTORS} | {d.withheld.by for d in DETECTORS if d.withheld}
    assert others - {""} <= set(NAMES)


def test_what_replaces_another_is_judged_before_it() -> None:
    """The order of the table decides who gives way in the same step."""
    for detector in DETECTORS:
        if detector.replaced_by:
            assert NAMES.index(detector.replaced_by) < NAMES.index(detector.alertname)


@pytest.mark.parametrize(("alertname", "ill", "_well"), ILLNESSES, ids=[row[0] for row in ILLNESSES])
def test_an_illness_is_told_of_when_it_has_lasted(
    alertname: str, ill: dict[str, Any], _well: dict[str, Any]
) -> None:
    """Pending from the first sight, firing when its hold has elapsed and not a second before."""
    scene = Scene([terminal()])
    scene.say(**ill)
    _, _, hold_s = PROMISED[alertname]
    key = (alertname, "10000001")
    if hold_s:
        assert key in scene.pending()
        scene.pass_(hold_s - 1)
        scene.tick()
        assert key not in scene.firing()
        scene.pass_(1)
        scene.tick()
    assert key in scene.firing()


@pytest.mark.parametrize(("alertname", "ill", "well"), ILLNESSES, ids=[row[0] for row in ILLNESSES])
def test_an_illness_is_over_when_the_terminal_says_so(
    alertname: str, ill: dict[str, Any], well: dict[str, Any]
) -> None:
    """A firing alert outlasts silence and answers that do not speak of it, and ends with one that does."""
    scene = Scene([terminal()])
    scene.say(**ill)
    scene.pass_(PROMISED[alertname][2])
    scene.tick()
    key = (alertname, "10000001")
    for _ in range(3):
        scene.pass_(30)
        scene.fail()
        scene.tick()
        assert key in scene.firing()
        scene.poll()
        assert key in scene.firing()
    scene.say(**well or {"sent_at": rfc3339(scene.true_time)})
    assert key not in scene.open()
    assert scene.states(*key)[-1] is AlertState.RESOLVED


def test_every_terminal_detector_is_tried() -> None:
    """No detector of a heartbeat is without its illness above, or a story of its own elsewhere."""
    elsewhere = {"FirmwareOutdated", "UnexpectedRestart", "SerialNumberSpelling", "HeartbeatUnreadable"}
    elsewhere |= {"CertificateExpiring", "FactoryReset"}
    judged = {d.alertname for d in DETECTORS if d.basis in {Basis.READING, Basis.AGE}}
    assert judged == {row[0] for row in ILLNESSES} | elsewhere


def test_a_healthy_heartbeat_opens_nothing() -> None:
    """The heartbeat of the contract's example is a healthy one."""
    scene = Scene([terminal(model="N910", serial_number="N910-00012345")])
    heartbeat = reading(
        serial_number="N910-00012345",
        firmware_version="3.2.1",
        sent_at="2026-11-21T01:00:00Z",
        uptime_seconds=86_400,
        activity="idle",
        battery={"percent": 87, "charging": False},
        printer={"status": "ok"},
        registration={"status": "registered"},
        pin_pad={"status": "ok"},
        card_reader={"status": "ok"},
        display={"status": "ok"},
        network={"type": "cellular", "signal_dbm": -71, "host_reachable": True},
        unsent_transactions=0,
        self_test={"status": "ok"},
        temperature_celsius=34.5,
        settled_at="2026-11-20T14:05:00Z",
        operator_password_changed_at="2026-10-01T07:30:00Z",  # noqa: S106 - a date
    )
    assert not scene.poll("10000001", heartbeat)
