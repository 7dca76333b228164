"""All rules of one configuration, and which of them hold for a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.rules import Override, Rule, TerminalRules, default_rule
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.inventory.terminal import Terminal


class RuleBook:
    """The rules by alert name, resolved once per kind of terminal.

    `clearing_by_time` are the alerts that can end although nothing arrives, `outages` those that say that a
    whole group is down, by the kind of group.
    """

    def __init__(
        self,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
        overrides: Sequence[Override] = (),
        *,
        detectors: Sequence[Detector] = DETECTORS,
    ) -> None:
        """Lay `changes` (by alert name, keys as in `Rule.changed`) over the defaults of `detectors`."""
        given = changes or {}
        self._rules = {
            detector.alertname: default_rule(detector).changed(given.get(detector.alertname, {}))
            for detector in detectors
        }
        self._about: dict[str, tuple[Rule, ...]] = {}
        for rule in self._rules.values():
            for kind in rule.detector.subjects:
                self._about[kind] = (*self._about.get(kind, ()), rule)
        self.clearing_by_time = tuple(
            rule.alertname for rule in self._rules.values() if rule.detector.clears_by_time
        )
        self.outages = {
            kind: rule.alertname
            for rule in self._rules.values()
            if rule.detector.is_outage
            for kind in rule.detector.subjects
        }
        self._overrides = tuple(overrides)
        self._resolved: dict[tuple[int, ...], TerminalRules] = {}

    def __getitem__(self, alertname: str) -> Rule:
        """Return the rule of the whole fleet for an alert; KeyError when there is no such alert."""
        return self._rules[alertname]

    def find(self, alertname: str) -> Rule | None:
        """Return the rule of the whole fleet for an alert, None when there is no such alert."""
        return self._rules.get(alertname)

    def about(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules of the whole fleet about a kind of thing, in the order of the table."""
        return self._about.get(kind, ())

    def setting(self, alertname: str, key: str) -> float | None:
        """Return a setting of the whole fleet that is a number, None when there is none.

        `key` is as in `Rule.setting`; with another alert's name and a dot before it, it is that alert's.
        """
        other, dot, own = key.partition(".")
        rule = self.find(other if dot else alertname)
        return rule.setting(own if dot else key) if rule else None

    def for_terminal(self, terminal: Terminal) -> TerminalRules:
        """Return the rules for one terminal; later overrides win."""
        matching = tuple(
            index for index, override in enumerate(self._overrides) if override.selector.covers(terminal)
        )
        if matching not in self._resolved:
            self._resolved[matching] = self._resolve(matching)
        return self._resolved[matching]

    def _resolve(self, matching: tuple[int, ...]) -> TerminalRules:
        rules = dict(self._rules)
        for override in (self._overrides[index] for index in matching):
            rules[override.alertname] = rules[override.alertname].changed(override.changes)
        return TerminalRules(
            on_poll=_enabled(rules.values(), Basis.POLL),
            on_answer=_enabled(rules.values(), Basis.POLL, Basis.ANSWER),
            on_reading=_enabled(rules.values(), Basis.POLL, Basis.ANSWER, Basis.READING, Basis.AGE),
            on_events=_enabled(rules.values(), Basis.EVENTS),
        )


def _enabled(rules: Iterable[Rule], *bases: Basis) -> tuple[Rule, ...]:
    return tuple(
        rule
        for rule in rules
        if rule.enabled and rule.detector.is_about(TERMINAL) and rule.detector.basis in bases
    )
