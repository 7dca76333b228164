from monitor.domain.alerts.alert import Owner, Severity
from monitor.domain.alerts.labels import identity_labels, is_same_identity, labels_of_terminal
from monitor.domain.alerts.subjects import SOURCE, TERMINAL
from monitor.domain.detectors.rule_book import RuleBook
from tests.scenes import terminal


def test_an_alert_is_identified_by_its_rule_and_its_subject() -> None:
    """The severity is the configured one, beside what the subject says of itself."""
    rule = RuleBook({"PaperOut": {"severity": Severity.INFO}})["PaperOut"]
    assert identity_labels(rule, TERMINAL, {"terminal_id": "10000001"}) == {
        "alertname": "PaperOut",
        "severity": "info",
        "category": "printer",
        "owner": "shop",
        "terminal_id": "10000001",
    }


def test_a_terminal_has_the_labels_that_its_row_fills_in() -> None:
    """An empty value is no label, and an endpoint never becomes one."""
    row = terminal(1, site="mall", vendor="newland")
    assert labels_of_terminal(row) == {"terminal_id": "10000001", "site": "mall", "vendor": "newland"}


def test_the_owner_may_depend_on_what_the_alert_is_about_or_on_the_configuration() -> None:
    """A terminal that the host does not know is the acquirer's; a stranger's push concerns security."""
    unknown = RuleBook()["UnknownTerminalId"]
    assert identity_labels(unknown, TERMINAL, {})["owner"] == "acquirer"
    assert identity_labels(unknown, SOURCE, {})["owner"] == "security"
    configured = RuleBook({"UnknownTerminalId": {"owner": Owner.FIELD}})["UnknownTerminalId"]
    assert {identity_labels(configured, kind, {})["owner"] for kind in (TERMINAL, SOURCE)} == {"field"}


def test_an_alert_that_names_no_owner_keeps_its_identity() -> None:
    """One of an earlier posmon has none; any other difference, and another owner, is another identity."""
    now = {"alertname": "PaperOut", "severity": "critical", "owner": "shop"}
    before = {"alertname": "PaperOut", "severity": "critical"}
    assert is_same_identity(before, now)
    assert is_same_identity(now, now)
    assert not is_same_identity(before | {"severity": "warning"}, now)
    assert not is_same_identity(before | {"owner": "field"}, now)
    assert not is_same_identity(before | {"site": "mall"}, now)
