"""The section `detectors`: its models are built from the detector table.

Every field of a detector's `limits` is a key; what must be checked of it stands in _BOUNDS and
_RISING, so that a threshold without bounds cannot be added unnoticed.
"""

from collections.abc import Iterator
from dataclasses import Field as DataclassField
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, Self, cast

from pydantic import Field, create_model, model_validator

from monitor.config.durations import format_duration
from monitor.config.section import SCOPE_KEYS, Place, Scoped, Section, key_of, refuse
from monitor.config.values import Duration, Flag, Number, Text, Whole
from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.rules import Override, Rule, default_rule
from monitor.domain.detectors.connectivity import (
    FlappingLimits,
    FleetLimits,
    OfflineLimits,
    SignalLimits,
    SiteLimits,
)
from monitor.domain.detectors.device import BacklogLimits, ClockLimits, RestartLimits
from monitor.domain.detectors.identity import ConflictLimits, ProbingLimits, UnknownIdLimits
from monitor.domain.detectors.pin import (
    CardPinLimits,
    CardTravelLimits,
    LockLimits,
    LogInLimits,
    PinDataLimits,
    TerminalPinLimits,
)
from monitor.domain.detectors.power import BatteryLimits
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.sales import OffHoursLimits, RepetitionLimits
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.events.sliding_window import MOST_MARKS
from monitor.domain.fleet.watched_terminal import HISTORY_POLLS, RESTARTS_KEPT

Limits = Any
_MANY = 1_000_000

_BOUNDS: dict[type[Limits], dict[str, tuple[float, float]]] = {
    OfflineLimits: {"min_failures": (1, HISTORY_POLLS)},
    FlappingLimits: {"high": (0, 1), "low": (0, 1)},
    SiteLimits: {"min_terminals": (1, _MANY), "share": (0, 1)},
    FleetLimits: {
        "min_terminals": (1, _MANY),
        "min_places": (1, _MANY),
        "share": (0, 1),
        "share_without_uplink": (0, 1),
    },
    SignalLimits: dict.fromkeys(["cellular_below", "cellular_clear", "wifi_below", "wifi_clear"], (-200, 0)),
    BatteryLimits: {"below": (0, 100), "clear_at": (0, 100)},
    BacklogLimits: {"at_least": (1, _MANY), "clear_at": (0, _MANY)},
    RestartLimits: {"count": (1, RESTARTS_KEPT)},
    TerminalPinLimits: {"cards": (1, MOST_MARKS), "transactions": (1, _MANY), "share": (0, 1)},
    CardPinLimits: {"tries": (1, MOST_MARKS)},
    CardTravelLimits: {"terminals": (2, MOST_MARKS)},
    LockLimits: {"lock_limit": (2, MOST_MARKS)},
    PinDataLimits: {"count": (1, MOST_MARKS)},
    LogInLimits: {"count": (1, MOST_MARKS), "new_operators": (0, MOST_MARKS)},
    UnknownIdLimits: {"count": (1, MOST_MARKS)},
    ConflictLimits: {"count": (1, MOST_MARKS)},
    ProbingLimits: {"ids": (2, MOST_MARKS)},
    OffHoursLimits: {"count": (1, MOST_MARKS)},
    RepetitionLimits: {"equal_amounts": (0, _MANY), "same_card": (0, _MANY)},
}
"""Least and greatest value of each threshold that is a number."""

_RISING: dict[type[Limits], tuple[tuple[str, str], ...]] = {
    FlappingLimits: (("low", "high"),),
    FleetLimits: (("share_without_uplink", "share"),),
    SignalLimits: (("cellular_below", "cellular_clear"), ("wifi_below", "wifi_clear")),
    BatteryLimits: (("below", "clear_at"),),
    BacklogLimits: (("clear_at", "at_least"),),
    ClockLimits: (("clear_s", "over_s"),),
}
"""Pairs of which the first must not be above the second, or an alert would open and clear at once."""

_FOR_TERMINALS = frozenset({Basis.POLL, Basis.ANSWER, Basis.READING, Basis.EVENTS})


class RuleOverride(Scoped):
    """Other settings of one alert for some terminals."""

    terminal_id: Text = ""
    site: Text = ""
    region: Text = ""
    model: Text = ""

    def changes(self) -> dict[str, Any]:
        """Return what is set, by the keys of `Rule.changed`."""
        return {name: getattr(self, name) for name in self.model_fields_set - set(SCOPE_KEYS)}


class RuleSettings(Section):
    """The settings of one alert."""

    def changes(self) -> dict[str, Any]:
        """Return what is set, by the keys of `Rule.changed`."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"overrides"}}

    def given_overrides(self) -> tuple[RuleOverride, ...]:
        """Return the overrides; alerts that are not about single terminals have none."""
        return getattr(self, "overrides", ())

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse(self._conflicts())
        return self

    def _conflicts(self) -> Iterator[tuple[Place, str]]:
        rule = default_rule(_DETECTORS[type(self).__name__]).changed(self.changes())
        yield from _falling(rule, ())
        for number, override in enumerate(self.given_overrides()):
            place = ("overrides", number)
            if not override.changes():
                yield place, "changes nothing; give a setting of this alert"
            if not any(getattr(override, name) for name in SCOPE_KEYS):
                yield place, f"says for whom? give {', '.join(SCOPE_KEYS[:-1])} or {SCOPE_KEYS[-1]}"
            yield from _falling(rule.changed(override.changes()), place)


def _falling(rule: Rule, place: Place) -> Iterator[tuple[Place, str]]:
    for low, high in _RISING.get(type(rule.limits), ()):
        if getattr(rule.limits, low) > getattr(rule.limits, high):
            shown = f"{_shown(rule, low)} is above {key_of(high)} ({_shown(rule, high)})"
            yield (*place, key_of(low)), f"{shown}; the alert would open and clear at once"


def _shown(rule: Rule, name: str) -> str:
    value = getattr(rule.limits, name)
    return format_duration(value) if name.endswith("_s") else f"{value:g}"


class DetectorsSettings(Section):
    """The settings of every alert, by its name."""

    def rule(self, alertname: str) -> RuleSettings:
        """Return the settings of one alert."""
        return cast("RuleSettings", getattr(self, alertname))

    def rule_book(self) -> RuleBook:
        """Return the rules that these settings make."""
        return RuleBook(
            {name: self.rule(name).changes() for name in _DETECTORS},
            [
                Override(alertname=name, scope=override.scope(), changes=override.changes())
                for name in _DETECTORS
                for override in self.rule(name).given_overrides()
            ],
        )


# What it is called with is made up here, which its type cannot express.
_model: Any = create_model


def _rule_fields(detector: Detector) -> dict[str, tuple[Any, Any]]:
    return {
        "enabled": (Flag, detector.enabled),
        "for_s": (Duration, detector.for_s),
        "keep_firing_s": (Duration, detector.keep_firing_s),
        "severity": (Severity, detector.severity),
    } | {
        field.name: (_kind_of(field, type(detector.limits)), getattr(detector.limits, field.name))
        for field in fields(detector.limits)
    }


def _kind_of(field: DataclassField[Any], limits: type[Limits]) -> object:
    if field.type is str:
        return Text
    if field.name.endswith("_s"):
        return Duration
    least, greatest = _BOUNDS[limits][field.name]
    return Annotated[Whole if field.type is int else Number, Field(ge=least, le=greatest)]


def _rule_settings(detector: Detector) -> type[RuleSettings]:
    known = _rule_fields(detector)
    unset = {name: (kind, None) for name, (kind, _) in known.items()}
    if detector.basis in _FOR_TERMINALS:
        override: Any = _model(f"{detector.alertname}Override", __base__=RuleOverride, **unset)
        known["overrides"] = (tuple[override, ...], ())
    settings: type[RuleSettings] = _model(detector.alertname, __base__=RuleSettings, **known)
    return settings


_DETECTORS = {detector.alertname: detector for detector in DETECTORS}

if TYPE_CHECKING:
    Detectors = DetectorsSettings
else:
    Detectors = create_model(
        "Detectors",
        __base__=DetectorsSettings,
        **{
            detector.alertname: (kind, Field(default_factory=kind))
            for detector in DETECTORS
            for kind in [_rule_settings(detector)]
        },
    )
    """The section as a model: DetectorsSettings with one field per alert."""
