"""Detectors with the settings that hold for one terminal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from monitor.domain.alert import Severity
from monitor.domain.detectors.detector import Detector
from monitor.domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A detector as configured."""

    detector: Detector
    enabled: bool
    for_s: float
    keep_firing_s: float
    severity: Severity
    limits: Any

    @property
    def alertname(self) -> str:
        """The alert this rule opens."""
        return self.detector.alertname

    def changed(self, changes: Mapping[str, Any]) -> "Rule":
        """Return this rule with `changes` laid over it.

        Keys are the fields of Rule and of its limits; others raise TypeError.
        """
        own = {name: value for name, value in changes.items() if name in _OWN}
        rest = {name: value for name, value in changes.items() if name not in _OWN}
        return replace(self, **own, limits=replace(self.limits, **rest) if rest else self.limits)


_OWN = frozenset(rule_field.name for rule_field in fields(Rule)) - {"detector", "limits"}


def default_rule(detector: Detector) -> Rule:
    """Return the rule a detector has when nobody configured it."""
    return Rule(
        detector=detector,
        enabled=detector.enabled,
        for_s=detector.for_s,
        keep_firing_s=detector.keep_firing_s,
        severity=detector.severity,
        limits=detector.limits,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Changed settings of one rule for some terminals; `changes` has the keys of `Rule.changed`."""

    alertname: str
    scope: Scope
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TerminalRules:
    """The enabled rules of a terminal that can be asked after a poll; one object serves all alike.

    `on_events` when it told of events or their windows may have emptied. The others after a poll:
    `on_poll` after any, `on_answer` after a good one too, whoever answered, `on_reading` after one of
    its own: these are all there are.
    """

    on_poll: tuple[Rule, ...]
    on_answer: tuple[Rule, ...]
    on_reading: tuple[Rule, ...]
    on_events: tuple[Rule, ...] = ()

    def named(self, alertname: str) -> Rule | None:
        """Return the rule for an alert, None when it is disabled here."""
        return next(
            (rule for rule in (*self.on_reading, *self.on_events) if rule.alertname == alertname), None
        )
