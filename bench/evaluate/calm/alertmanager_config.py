"""Reading as much of Alertmanager's configuration as posmon's example uses; anything else is refused."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

ALL_LABELS: Final = "..."
"""In `group_by`: every alert is a group of its own."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+)(ms|s|m|h|d)")
_MATCHER = re.compile(r'\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"([^"]*)"\s*')

_ROUTE_KEYS = frozenset(
    {"receiver", "group_by", "group_wait", "group_interval", "repeat_interval", "matchers", "continue"}
    | {"routes", "active_time_intervals", "mute_time_intervals"}
)
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, given: value == given,
    "!=": lambda value, given: value != given,
    "=~": lambda value, given: re.fullmatch(given, value) is not None,
    "!~": lambda value, given: re.fullmatch(given, value) is None,
}


@dataclass(frozen=True, slots=True)
class LabelMatcher:
    """One condition on one label; a label that an alert lacks is empty."""

    name: str
    operator: str
    value: str

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert with these labels meets the condition."""
        return _TESTS[self.operator](labels.get(self.name, ""), self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteNode:
    """One route; `path` tells it from all others, times are in seconds."""

    path: tuple[int, ...]
    receiver: str
    matchers: tuple[LabelMatcher, ...]
    group_by: tuple[str, ...]
    group_wait_s: float
    group_interval_s: float
    repeat_interval_s: float
    goes_on: bool
    routes: tuple["RouteNode", ...]
    active: tuple[str, ...]
    mute: tuple[str, ...]

    def matching(self, labels: Mapping[str, str]) -> Iterator["RouteNode"]:
        """Yield the routes that an alert takes, as Alertmanager walks its tree."""
        if not all(matcher.fits(labels) for matcher in self.matchers):
            return
        has_child = False
        for child in self.routes:
            found = [*child.matching(labels)]
            has_child = has_child or bool(found)
            yield from found
            if found and not child.goes_on:
                break
        if not has_child:
            yield self

    def group_of(self, labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Return the labels by which an alert is put together with others, sorted by name."""
        names = labels if self.group_by == (ALL_LABELS,) else self.group_by
        return tuple(sorted((name, labels[name]) for name in names if name in labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibition:
    """While an alert of `sources` fires, those of `targets` with the same `equal` labels are not told."""

    sources: tuple[LabelMatcher, ...]
    targets: tuple[LabelMatcher, ...]
    equal: tuple[str, ...]

    def is_source(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert silences others."""
        return all(matcher.fits(labels) for matcher in self.sources)

    def is_target(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert may be silenced."""
        return all(matcher.fits(labels) for matcher in self.targets)

    def values_of(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """Return the values that must be equal; a label that is missing counts as empty."""
        return tuple(labels.get(name, "") for name in self.equal)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSpan:
    """Times of the day (minutes) on some days of the week (0 is Monday), in a zone."""

    days: frozenset[int]
    times: tuple[tuple[int, int], ...]
    zone: ZoneInfo

    def holds(self, wall: float) -> bool:
        """Tell whether a moment (unix seconds) is in it."""
        local = datetime.fromtimestamp(wall, self.zone)
        minute = local.hour * 60 + local.minute
        return local.weekday() in self.days and any(start <= minute < end for start, end in self.times)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingReceiver:
    """`is_pager`: it wakes somebody. `tells_ends`: it is told when all of a group is over."""

    name: str
    is_pager: bool
    tells_ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerConfig:
    """A configuration of Alertmanager."""

    root: RouteNode
    inhibitions: tuple[Inhibition, ...]
    intervals: Mapping[str, tuple[WeekSpan, ...]]
    receivers: Mapping[str, PagingReceiver]

    def is_muted(self, route: RouteNode, wall: float) -> bool:
        """Tell whether a route's time intervals keep it quiet at a moment (unix seconds)."""
        if route.active and not any(self._holds(name, wall) for name in route.active):
            return True
        return any(self._holds(name, wall) for name in route.mute)

    def _holds(self, name: str, wall: float) -> bool:
        return any(span.holds(wall) for span in self.intervals[name])


def read_alertmanager_config(path: Path) -> AlertmanagerConfig:
    """Read a configuration file; ValueError names what this model does not know."""
    return alertmanager_config(yaml.safe_load(path.read_text(encoding="utf-8")))


def alertmanager_config(document: Mapping[str, Any]) -> AlertmanagerConfig:
    """Return the configuration that a document holds; ValueError names what this model does not know."""
    return AlertmanagerConfig(
        root=_route(document["route"], (), None),
        inhibitions=tuple(_inhibition(rule) for rule in document.get("inhibit_rules", ())),
        intervals={
            interval["name"]: tuple(_week_span(span) for span in interval["time_intervals"])
            for interval in document.get("time_intervals", ())
        },
        receivers={one["name"]: _receiver(one) for one in document["receivers"]},
    )


def _route(node: Mapping[str, Any], path: tuple[int, ...], parent: RouteNode | None) -> RouteNode:
    if strange := node.keys() - _ROUTE_KEYS:
        raise ValueError(f"route: {', '.join(sorted(strange))} is not modelled")
    own = RouteNode(
        path=path,
        receiver=node.get("receiver", parent.receiver if parent else ""),
        matchers=_matchers(node.get("matchers", ())),
        group_by=tuple(node["group_by"]) if "group_by" in node else (parent.group_by if parent else ()),
        group_wait_s=_duration(node, "group_wait", parent.group_wait_s if parent else 30.0),
        group_interval_s=_duration(node, "group_interval", parent.group_interval_s if parent else 300.0),
        repeat_interval_s=_duration(node, "repeat_interval", parent.repeat_interval_s if parent else 14400.0),
        goes_on=bool(node.get("continue", False)),
        routes=(),
        active=tuple(node.get("active_time_intervals", ())),
        mute=tuple(node.get("mute_time_intervals", ())),
    )
    children = [
        _route(child, (*path, place), own) for place, child in enumerate(node.get("routes", ()) or ())
    ]
    return RouteNode(**{name: getattr(own, name) for name in own.__slots__} | {"routes": tuple(children)})


def _duration(node: Mapping[str, Any], key: str, inherited: float) -> float:
    if key not in node:
        return inherited
    text = str(node[key])
    parts = _DURATION.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{key}: {text} is no duration")
    return sum(int(number) * _UNITS_S[unit] for number, unit in parts)


def _matchers(texts: Sequence[str]) -> tuple[LabelMatcher, ...]:
    found = [_MATCHER.fullmatch(text) for text in texts]
    if None in found:
        raise ValueError(f"matchers: {texts} is not modelled")
    return tuple(LabelMatcher(*one.groups()) for one in found if one is not None)


def _inhibition(rule: Mapping[str, Any]) -> Inhibition:
    return Inhibition(
        sources=_matchers(rule["source_matchers"]),
        targets=_matchers(rule["target_matchers"]),
        equal=tuple(rule.get("equal", ())),
    )


def _week_span(span: Mapping[str, Any]) -> WeekSpan:
    if strange := span.keys() - {"weekdays", "times", "location"}:
        raise ValueError(f"time_intervals: {', '.join(sorted(strange))} is not modelled")
    times = tuple((_minute(one["start_time"]), _minute(one["end_time"])) for one in span.get("times", ()))
    return WeekSpan(
        days=frozenset(day for text in span.get("weekdays", ("monday:sunday",)) for day in _days(text)),
        times=times or ((0, 24 * 60),),
        zone=ZoneInfo(span.get("location", "UTC")),
    )


def _days(text: str) -> range:
    first, _, last = text.partition(":")
    return range(_DAYS.index(first), _DAYS.index(last or first) + 1)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _receiver(node: Mapping[str, Any]) -> PagingReceiver:
    ends = [
        one.get("send_resolved", kind in {"pagerduty_configs", "webhook_configs"})
        for kind, configs in node.items()
        if kind.endswith("_configs")
        for one in configs
    ]
    return PagingReceiver(
        name=node["name"], is_pager="pagerduty_configs" in node, tells_ends=any(ends) or not ends
    )
