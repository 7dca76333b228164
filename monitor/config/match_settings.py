"""The key `match` of windows and escalations: which alerts they are about."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from monitor.config.section import Place
from monitor.config.suggestions import did_you_mean
from monitor.config.values import text
from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.calendars.planned_window import MATCH_KEYS
from monitor.domain.detectors.table import DETECTORS

_KNOWN: Mapping[str, frozenset[str]] = {
    "alertname": frozenset(detector.alertname for detector in DETECTORS),
    "severity": frozenset(severity.value for severity in Severity),
    "category": frozenset(category.value for category in Category),
    "owner": frozenset(owner.value for owner in Owner),
}
"""The keys of a match whose values are posmon's own words."""


def _values(written: object) -> tuple[str, ...]:
    values = tuple(text(one) for one in (written if isinstance(written, list | tuple) else [written]))
    if not values or not all(values):
        raise ValueError("is empty")
    return values


Match = dict[str, Annotated[Any, BeforeValidator(_values)]]
"""The accepted values of each key: a text, or a list of texts."""


def bad_match(match: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong with a match, by its place in the section."""
    for key, values in match.items():
        if key not in MATCH_KEYS:
            yield ("match", key), f"not a key of a match{did_you_mean(key, MATCH_KEYS)}"
        for value in values:
            known = _KNOWN.get(key)
            if known is not None and value not in known:
                yield ("match", key), f"not a value of {key}{did_you_mean(value, known)}"
