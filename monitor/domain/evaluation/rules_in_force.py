"""The rules by which alerts are evaluated now."""

from collections.abc import Mapping

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.rules import Rule, TerminalRules
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.inventory.terminal import Terminal


class RulesInForce:
    """The configured rules of the fleet, and the ones that apply to an open alert.

    Invariant: rules of sites, fleet, cards, sources and posmon are new as soon as `replace` returns. A
    watched terminal keeps its rules (`WatchedTerminal.rules`) until `Membership.change` gives it the new
    ones. A reload changes terminals in portions, and polls are evaluated between two portions (some eight
    seconds for 100 000 terminals): during that time terminals differ in their rules, but each terminal is
    always evaluated by the rules of one configuration.
    """

    def __init__(self, rule_book: RuleBook, *, fleet: Fleet) -> None:
        self._rule_book = rule_book
        self._fleet = fleet

    def replace(self, rule_book: RuleBook) -> None:
        """Bring the rules of a new configuration into force; see the invariant of the class."""
        self._rule_book = rule_book

    def __getitem__(self, alertname: str) -> Rule:
        """Return the rule of the whole fleet for an alert; KeyError when there is no such alert."""
        return self._rule_book[alertname]

    def setting(self, alertname: str, key: str) -> float | None:
        """Return a setting of the whole fleet that is a number; see `RuleBook.setting`."""
        return self._rule_book.setting(alertname, key)

    def about(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules about a kind of thing, in the order of the table."""
        return self._rule_book.about(kind)

    @property
    def outages(self) -> Mapping[str, str]:
        """The alert that says a whole group is down, by the kind of group; no configuration changes it."""
        return self._rule_book.outages

    @property
    def clearing_by_time(self) -> tuple[str, ...]:
        """The alerts to evaluate again although nothing has arrived."""
        return self._rule_book.clearing_by_time

    def for_terminal(self, terminal: Terminal) -> TerminalRules:
        """Return the rules that the configuration in force gives a terminal."""
        return self._rule_book.for_terminal(terminal)

    def rule_of(self, alert: Alert) -> Rule | None:
        """Return the rule of an open alert, None when it is disabled or its terminal is not watched."""
        if alert.subject.startswith("/"):
            rule = self._rule_book.find(alert.alertname)
            return rule if rule is not None and rule.enabled else None
        watched = self._fleet.get(alert.subject)
        return watched.rules.named(alert.alertname) if watched is not None else None
