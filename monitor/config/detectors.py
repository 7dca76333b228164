"""The section `detectors`: its models are built from the detector table.

Every field of a detector's `limits` is a key. The field itself states its bounds (`domain.alerts.limits`); a
number without bounds fails the import, so nobody adds one unnoticed.
"""

from collections.abc import Iterator
from dataclasses import Field as DataclassField
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, Self, cast

from pydantic import Field, create_model, model_validator

from monitor.config.durations import format_duration
from monitor.config.section import SELECTOR_KEYS, Place, Section, Selective, key_of, refuse
from monitor.config.values import Duration, Flag, Number, Text, Whole
from monitor.domain.alerts.alert import Owner, Severity
from monitor.domain.alerts.detector import Detector
from monitor.domain.alerts.limits import bounds_of, rising_pairs
from monitor.domain.alerts.rules import Override, Rule, default_rule
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.index import BY_NAME
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS


class RuleOverride(Selective):
    """Other settings of one alert for some terminals."""

    terminal_id: Text = ""
    site: Text = ""
    region: Text = ""
    model: Text = ""

    def changes(self) -> dict[str, Any]:
        """Return what is set, by the keys of `Rule.changed`."""
        return {name: getattr(self, name) for name in self.model_fields_set - set(SELECTOR_KEYS)}


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
        rule = default_rule(BY_NAME[type(self).__name__]).changed(self.changes())
        yield from _falling(rule, ())
        for number, override in enumerate(self.given_overrides()):
            place = ("overrides", number)
            if not override.changes():
                yield place, "changes nothing; give a setting of this alert"
            if not any(getattr(override, name) for name in SELECTOR_KEYS):
                yield place, f"says for whom? give {', '.join(SELECTOR_KEYS[:-1])} or {SELECTOR_KEYS[-1]}"
            yield from _falling(rule.changed(override.changes()), place)


def _falling(rule: Rule, place: Place) -> Iterator[tuple[Place, str]]:
    for low, high in rising_pairs(rule.limits):
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
            {name: self.rule(name).changes() for name in BY_NAME},
            [
                Override(alertname=name, selector=override.selector(), changes=override.changes())
                for name in BY_NAME
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
        "owner": (Owner, detector.owner),
    } | {
        field.name: (_kind_of(field), getattr(detector.limits, field.name))
        for field in fields(detector.limits)
    }


def _kind_of(field: DataclassField[Any]) -> object:
    if field.type is str:
        return Text
    if field.name.endswith("_s"):
        return Duration
    least, greatest = bounds_of(field)
    return Annotated[Whole if field.type is int else Number, Field(ge=least, le=greatest)]


def _rule_settings(detector: Detector) -> type[RuleSettings]:
    known = _rule_fields(detector)
    unset = {name: (kind, None) for name, (kind, _) in known.items()}
    if detector.is_about(TERMINAL):
        override: Any = _model(f"{detector.alertname}Override", __base__=RuleOverride, **unset)
        known["overrides"] = (tuple[override, ...], ())
    settings: type[RuleSettings] = _model(detector.alertname, __base__=RuleSettings, **known)
    return settings


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
