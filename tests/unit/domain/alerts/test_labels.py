from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.labels import identity_labels, labels_of_terminal
from monitor.domain.detectors.rule_book import RuleBook
from tests.scenes import terminal


def test_an_alert_is_identified_by_its_rule_and_its_subject() -> None:
    """The severity is the configured one, beside what the subject says of itself."""
    rule = RuleBook({"PaperOut": {"severity": Severity.INFO}})["PaperOut"]
    assert identity_labels(rule, {"terminal_id": "10000001"}) == {
        "alertname": "PaperOut",
        "severity": "info",
        "category": "printer",
        "terminal_id": "10000001",
    }


def test_a_terminal_has_the_labels_that_its_row_fills_in() -> None:
    """An empty value is no label, and an endpoint never becomes one."""
    row = terminal(1, site="mall", vendor="newland")
    assert labels_of_terminal(row) == {"terminal_id": "10000001", "site": "mall", "vendor": "newland"}
