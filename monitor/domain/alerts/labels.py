"""The labels of an alert: its identity, fixed when it opens."""

from collections.abc import Mapping

from monitor.domain.alerts.rules import Rule
from monitor.domain.inventory.terminal import Terminal

_OF_THE_INVENTORY = ("terminal_id", "merchant_id", "site", "region", "vendor", "model")


def identity_labels(rule: Rule, kind: str, own: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of a rule's alert whose subject, of that kind, has labels of its `own`."""
    head = {
        "alertname": rule.alertname,
        "severity": rule.severity.value,
        "category": rule.detector.category.value,
        "owner": rule.owner_about(kind).value,
    }
    return head | dict(own)


def is_same_identity(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Tell whether an open alert keeps the labels of `before`, as it would have those of `now` today.

    An alert of a posmon that named no owner goes on without one until it ends: to give it another identity
    would tell every receiver of it again.
    """
    return before == now or (
        "owner" not in before and before.items() == now.items() - {("owner", now["owner"])}
    )


def labels_of_terminal(terminal: Terminal) -> dict[str, str]:
    """Return what the inventory says of a terminal and identifies its alerts; empty values are left out."""
    return {name: value for name in _OF_THE_INVENTORY if (value := getattr(terminal, name))}
