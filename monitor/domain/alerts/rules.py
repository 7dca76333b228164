"""Detectors with the settings that hold for one terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import compress
from operator import attrgetter, ne
from typing import Any

from monitor.domain.alerts.alert import Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.selector import Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A detector as configured."""

    detector: Detector
    enabled: bool
    for_s: float
    keep_firing_s: float
    severity: Severity
    owner: Owner
    limits: Any

    @property
    def alertname(self) -> str:
        """The alert this rule opens."""
        return self.detector.alertname

    def owner_about(self, kind: str) -> Owner:
        """Return who acts first on its alerts about a kind of thing; another than the detector's, on all."""
        detector = self.detector
        return detector.owners.get(kind, self.owner) if self.owner is detector.owner else self.owner

    def setting(self, key: str) -> float | None:
        """Return a setting that is a number by its configuration key (durations in seconds), else None."""
        for name in (_FIELDS.get(key, key), f"{key}_s"):
            for holder in (self, self.limits):
                value = getattr(holder, name, None)
                if isinstance(value, int | float):
                    return value
        return None

    def changed(self, changes: Mapping[str, Any]) -> "Rule":
        """Return this rule with `changes` laid over it.

        Keys are the fields of Rule and of its limits; others raise TypeError.
        """
        own = {name: value for name, value in changes.items() if name in _OWN}
        rest = {name: value for name, value in changes.items() if name not in _OWN}
        return replace(self, **own, limits=replace(self.limits, **rest) if rest else self.limits)


_FIELDS = {"keep_firing_for": "keep_firing_s"}
_OWN = frozenset(rule_field.name for rule_field in fields(Rule)) - {"detector", "limits"}


def default_rule(detector: Detector) -> Rule:
    """Return the rule of a detector without any configuration."""
    return Rule(
        detector=detector,
        enabled=detector.enabled,
        for_s=detector.for_s,
        keep_firing_s=detector.keep_firing_s,
        severity=detector.severity,
        owner=detector.owner,
        limits=detector.limits,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Changed settings of one rule for some terminals; `changes` has the keys of `Rule.changed`."""

    alertname: str
    selector: Selector
    changes: Mapping[str, Any] = field(default_factory=dict)


_PARTS = (
    "battery",
    "printer",
    "registration",
    "pin_pad",
    "card_reader",
    "display",
    "network",
    "unsent_transactions",
    "self_test",
    "temperature_celsius",
    "settled_at",
    "operator_password_changed_at",
)
_parts: Callable[[Reading], tuple[Any, ...]] = attrgetter(*_PARTS)


@dataclass(frozen=True, slots=True)
class TerminalRules:
    """The enabled rules of a terminal by when they are evaluated; equal terminals share one object.

    `on_events` are evaluated when events come in, and when their windows may have emptied. `on_poll` are
    evaluated after a failed poll, `on_answer` after a good one that another terminal answered, and
    `on_reading` (all rules of polls) after a good one of its own. `moving` are those of them whose alert may
    open although the reading is unchanged, `ageing` those that are evaluated again as time passes.
    """

    on_poll: tuple[Rule, ...]
    on_answer: tuple[Rule, ...]
    on_reading: tuple[Rule, ...]
    on_events: tuple[Rule, ...] = ()
    moving: tuple[Rule, ...] = field(init=False, repr=False, compare=False)
    ageing: tuple[Rule, ...] = field(init=False, repr=False, compare=False)
    _touched: dict[tuple[bool, ...], tuple[Rule, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Collect the rules that move alone, and those that age."""
        unknown = {rule.detector.part for rule in self.on_reading} - {"", *_PARTS}
        assert not unknown, "a part that no reading has"  # noqa: S101 - a mistake in the table of detectors
        moving = tuple(rule for rule in self.on_reading if rule.detector.moves_alone)
        object.__setattr__(self, "moving", moving)
        ageing = tuple(rule for rule in self.on_reading if rule.detector.basis is Basis.AGE)
        object.__setattr__(self, "ageing", ageing)
        object.__setattr__(self, "_touched", {})

    def touched(self, before: Reading, after: Reading) -> tuple[Rule, ...]:
        """Return the rules of `on_reading`, in order, whose verdicts may differ between two readings.

        Those that look at more than one part of the reading are always among them, unless they age.
        """
        moved = tuple(map(ne, _parts(before), _parts(after)))
        rules = self._touched.get(moved)
        if rules is None:
            parts = {"", *compress(_PARTS, moved)}
            rules = tuple(
                rule
                for rule in self.on_reading
                if rule.detector.part in parts and (rule.detector.part or rule not in self.ageing)
            )
            self._touched[moved] = rules
        return rules

    def named(self, alertname: str) -> Rule | None:
        """Return the rule for an alert, None when it is disabled here."""
        return next(
            (rule for rule in (*self.on_reading, *self.on_events) if rule.alertname == alertname), None
        )
