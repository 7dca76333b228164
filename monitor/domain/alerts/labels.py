"""The labels of an alert: its identity, fixed when it opens."""

from collections.abc import Mapping

from monitor.domain.alerts.rules import Rule
from monitor.domain.inventory.terminal import Terminal

_OF_THE_INVENTORY = ("terminal_id", "merchant_id", "site", "region", "vendor", "model")


def identity_labels(rule: Rule, own: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of a rule's alert whose subject has labels of its `own`."""
    head = {
        "alertname": rule.alertname,
        "severity": rule.severity.value,
        "category": rule.detector.category.value,
    }
    return head | dict(own)


def labels_of_terminal(terminal: Terminal) -> dict[str, str]:
    """Return what the inventory says of a terminal and identifies its alerts; empty values are left out."""
    return {name: value for name in _OF_THE_INVENTORY if (value := getattr(terminal, name))}
