import pytest

from monitor.domain.alerts.alert import Alert, AlertState, Category, Severity
from monitor.domain.alerts.rules import Override
from monitor.domain.alerts.subjects import FLEET, SITE
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.inventory.selector import Selector
from tests.scenes import START, Scene, terminal
from tests.unit.domain.evaluation.parts import rules_of

OFF = {"enabled": False}


def alert(alertname: str, subject: str) -> Alert:
    """Return an open alert."""
    return Alert(
        alertname=alertname,
        subject=subject,
        labels={},
        severity=Severity.WARNING,
        category=Category.POSMON,
        since=START,
        state=AlertState.FIRING,
        last_present=START,
    )


def test_rules_are_found_by_name_and_by_kind() -> None:
    """A name that is none is a mistake of the caller."""
    rules = rules_of(Scene())
    assert rules["PaperOut"].alertname == "PaperOut"
    assert "SiteOffline" in {rule.alertname for rule in rules.about(SITE)}
    assert rules.outages[FLEET] == "FleetUnreachable"
    assert "PinFailuresOnCard" in rules.clearing_by_time
    assert "PaperOut" not in rules.clearing_by_time
    with pytest.raises(KeyError):
        rules["NoSuchAlert"]


def test_new_rules_hold_for_groups_at_once() -> None:
    """A watched terminal keeps its own until it is changed."""
    scene = Scene([terminal()])
    rules = rules_of(scene)
    rules.replace(RuleBook({"SiteOffline": OFF, "PaperOut": OFF}))
    assert rules.rule_of(alert("SiteOffline", "/site/a")) is None
    assert rules.rule_of(alert("PaperOut", "10000001")) is not None
    assert rules.for_terminal(terminal()).named("PaperOut") is None


def test_an_alert_of_a_terminal_has_that_terminal_s_rule() -> None:
    """An override reaches only the terminals that it selects."""
    override = Override(alertname="PaperOut", selector=Selector(site="a"), changes={"for_s": 7.0})
    scene = Scene([terminal(1, site="a"), terminal(2)], overrides=[override])
    rules = RulesInForce(RuleBook(overrides=[override]), fleet=scene.fleet)
    first, second = (rules.rule_of(alert("PaperOut", f"1000000{number}")) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert first.for_s == 7.0
    assert second.for_s == rules["PaperOut"].for_s != 7.0


def test_an_alert_without_a_watched_terminal_or_a_known_name_has_no_rule() -> None:
    """An earlier version may have opened it."""
    rules = rules_of(Scene([terminal()]))
    assert rules.rule_of(alert("PaperOut", "10000099")) is None
    assert rules.rule_of(alert("OldName", "10000001")) is None
    assert rules.rule_of(alert("OldName", "/fleet")) is None


def test_a_setting_is_of_the_whole_fleet() -> None:
    """A key of another alert is named with a dot."""
    rules = rules_of(Scene(), {"PaperOut": {"for_s": 9.0}})
    assert rules.setting("PaperOut", "for") == 9.0
    assert rules.setting("PaperLow", "PaperOut.for") == 9.0
    assert rules.setting("PaperOut", "nothing") is None
    assert rules.setting("NoSuchAlert", "for") is None
