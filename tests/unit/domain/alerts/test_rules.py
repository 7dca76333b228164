import pytest

from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.rules import Override, default_rule
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.power import BatteryLimits
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.inventory.selector import Selector
from tests.scenes import Scene, reading, terminal

BATTERY_LOW = RuleBook()["BatteryLow"]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.alertname)
def test_a_rule_nobody_configured_is_the_detectors(detector: object) -> None:
    """Without configuration the defaults of the table hold."""
    rule = default_rule(next(each for each in DETECTORS if each is detector))
    assert rule == RuleBook()[rule.alertname]
    assert (rule.for_s, rule.severity, rule.limits) == (
        rule.detector.for_s,
        rule.detector.severity,
        rule.detector.limits,
    )


def test_changes_reach_the_rule_and_its_limits() -> None:
    """One mapping changes both, and leaves what it does not name."""
    rule = BATTERY_LOW.changed({"for_s": 10.0, "severity": Severity.INFO, "below": 30.0})
    assert (rule.for_s, rule.severity, rule.limits) == (
        10.0,
        Severity.INFO,
        BatteryLimits(below=30.0, clear_at=25),
    )
    assert (rule.enabled, rule.keep_firing_s, rule.detector) == (True, 0.0, BATTERY_LOW.detector)
    assert BATTERY_LOW.limits == BatteryLimits(below=20, clear_at=25), "the rule changed from is as it was"


@pytest.mark.parametrize("name", ["above", "detector", "limits", "alertname"])
def test_what_a_rule_does_not_have_cannot_be_changed(name: str) -> None:
    """A key that is neither the rule's nor its limits' is an error, and so is what makes it that rule."""
    with pytest.raises(TypeError):
        BATTERY_LOW.changed({name: 1})


def test_the_book_has_every_alert_and_no_other() -> None:
    """Asked for an alert that does not exist, the book says so."""
    book = RuleBook({"PaperOut": {"for_s": 5.0}})
    assert book["PaperOut"].for_s == 5.0
    assert book["PaperLow"].for_s == 300.0
    with pytest.raises(KeyError):
        book["PaperAbsent"]


def test_terminals_alike_share_one_set_of_rules() -> None:
    """Rules are resolved once per combination of overrides, not once per terminal."""
    book = RuleBook(
        overrides=[Override(alertname="PaperOut", selector=Selector(site="a"), changes={"for_s": 1.0})]
    )
    assert book.for_terminal(terminal(1)) is book.for_terminal(terminal(2))
    assert book.for_terminal(terminal(1, site="a")) is book.for_terminal(terminal(2, site="a"))
    assert book.for_terminal(terminal(1)) is not book.for_terminal(terminal(1, site="a"))


def test_later_overrides_win() -> None:
    """Where two overrides speak of the same setting the later one counts; others add up."""
    book = RuleBook(
        {"BatteryLow": {"below": 21.0}},
        [
            Override(alertname="BatteryLow", selector=Selector(region="north"), changes={"below": 30.0}),
            Override(alertname="BatteryLow", selector=Selector(site="mall"), changes={"below": 40.0}),
            Override(alertname="BatteryLow", selector=Selector(region="north"), changes={"for_s": 5.0}),
        ],
    )
    plain = book.for_terminal(terminal()).named("BatteryLow")
    both = book.for_terminal(terminal(region="north", site="mall")).named("BatteryLow")
    assert plain is not None
    assert both is not None
    assert (plain.limits.below, plain.for_s) == (21.0, 300.0)
    assert (both.limits.below, both.for_s) == (40.0, 5.0)


def test_a_rule_can_be_off_for_some() -> None:
    """An override switches an alert off, or on where it is off for the fleet."""
    off = Override(alertname="PaperOut", selector=Selector(site="self-service"), changes={"enabled": False})
    on = Override(alertname="ClockSkew", selector=Selector(site="bank"), changes={"enabled": True})
    book = RuleBook({"ClockSkew": {"enabled": False}}, [off, on])
    assert book.for_terminal(terminal(site="self-service")).named("PaperOut") is None
    assert book.for_terminal(terminal(site="mall")).named("PaperOut") is not None
    assert book.for_terminal(terminal(site="bank")).named("ClockSkew") is not None
    assert book.for_terminal(terminal(site="mall")).named("ClockSkew") is None


def test_rules_are_sorted_by_what_they_need() -> None:
    """After a failed poll two can be asked, after a stranger's answer one more, then all of a terminal's."""
    rules = RuleBook().for_terminal(terminal())
    offline = ["TerminalOffline", "TerminalFlapping"]
    assert [rule.alertname for rule in rules.on_poll] == offline
    assert [rule.alertname for rule in rules.on_answer] == [*offline, "TerminalIdMismatch"]
    of_terminals = {row.alertname: row.basis for row in DETECTORS if row.is_about(TERMINAL) and row.enabled}
    assert {rule.alertname for rule in rules.on_reading} == {
        alertname for alertname, basis in of_terminals.items() if basis is not Basis.EVENTS
    }
    assert "SiteOffline" not in of_terminals
    assert {rule.detector.basis for rule in rules.on_events} == {Basis.EVENTS}
    assert rules.named("SiteOffline") is None


def test_an_override_is_what_the_terminal_is_judged_by() -> None:
    """One shop is told of a full battery at 60 %, the other is not."""
    scene = Scene(
        [terminal(1, site="outdoors"), terminal(2, site="mall")],
        overrides=[
            Override(
                alertname="BatteryLow",
                selector=Selector(site="outdoors"),
                changes={"below": 70.0, "clear_at": 80.0, "for_s": 0.0, "severity": Severity.CRITICAL},
            )
        ],
    )
    for terminal_id in ("10000001", "10000002"):
        scene.poll(terminal_id, reading(terminal_id, battery={"percent": 60}))
    assert scene.firing() == {("BatteryLow", "10000001")}
    assert scene.open()["BatteryLow", "10000001"].labels["severity"] == "critical"


def test_only_what_looks_at_what_has_moved_is_asked_again() -> None:
    """Rules of one part of the reading are left out while it stays, and the others keep their order."""
    rules = RuleBook().for_terminal(terminal())
    before = reading(battery={"percent": 50}, printer={"status": "ok"})
    touched = rules.touched(before, reading(battery={"percent": 15}, printer={"status": "ok"}))
    names = [rule.alertname for rule in touched]
    assert {"BatteryCritical", "BatteryLow", "ClockSkew", "TerminalIdMismatch"} <= set(names)
    assert not {"PaperOut", "WeakSignal", "PinPadFault", "TransactionBacklog"} & set(names)
    assert names == [rule.alertname for rule in rules.on_reading if rule.alertname in names]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.alertname)
def test_who_looks_at_one_part_needs_a_reading(detector: Detector) -> None:
    """Only a detector of the terminal's own reading can be left out for an unchanged part of it."""
    assert not detector.part or detector.basis in {Basis.READING, Basis.AGE}
    assert not (detector.part and detector.moves_alone)
