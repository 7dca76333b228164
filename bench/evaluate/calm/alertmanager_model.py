"""What Alertmanager makes of alerts: routes, groups, waiting, inhibition, messages. Pure.

Times are unix seconds. It follows Alertmanager 0.25 (dispatch.go, notify.go, inhibit.go);
tests/integration/test_alertmanager_model.py plays the same alerts to both.
"""

import heapq
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import count
from math import ceil, inf

from bench.evaluate.calm.alertmanager_config import AlertmanagerConfig, RouteNode

CLEANED_EVERY_S = 30.0
"""So often Alertmanager removes groups that hold no alert any more."""

LabelSet = frozenset[tuple[str, str]]
GroupId = tuple[tuple[int, ...], tuple[tuple[str, str], ...]]


@dataclass(slots=True, kw_only=True)
class HeldAlert:
    """An alert as Alertmanager holds it: it fires until `ends_at`, in quiet while `is_silenced`."""

    labels: Mapping[str, str]
    starts_at: float
    ends_at: float
    is_silenced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerMessage:
    """One message to one receiver: the alerts of a group that fire, and those that are over.

    `news` are those of them that the receiver had not been told in this state.
    """

    at: float
    receiver: str
    group: GroupId
    firing: Sequence[HeldAlert]
    resolved: Sequence[HeldAlert]
    news: Sequence[HeldAlert]

    @property
    def is_over(self) -> bool:
        """Whether nothing of the group fires any more."""
        return not self.firing


@dataclass(slots=True)
class _Group:
    route: RouteNode
    flush_at: float
    alerts: dict[LabelSet, HeldAlert] = field(default_factory=dict)
    has_flushed: bool = False


@dataclass(slots=True)
class _Told:
    """What a receiver was told last about a group."""

    at: float
    firing: frozenset[LabelSet]
    resolved: frozenset[LabelSet]


class AlertmanagerModel:
    """Takes alerts with `take`, lets time pass with `pass_to`; `messages` is what receivers got, in order."""

    def __init__(self, config: AlertmanagerConfig) -> None:
        self.messages: list[PagerMessage] = []
        self._config = config
        self._alerts: dict[LabelSet, HeldAlert] = {}
        self._places: dict[LabelSet, tuple[tuple[RouteNode, GroupId], ...]] = {}
        self._sources: list[dict[tuple[str, ...], dict[LabelSet, HeldAlert]]] = [
            {} for _ in config.inhibitions
        ]
        self._groups: dict[GroupId, _Group] = {}
        self._told: dict[GroupId, _Told] = {}
        self._agenda: list[tuple[float, int, GroupId]] = []
        self._order = count()

    def take(
        self,
        labels: Mapping[str, str],
        now: float,
        *,
        starts_at: float,
        ends_at: float = inf,
        is_silenced: bool = False,
    ) -> None:
        """Take one alert as it is posted; an `ends_at` in the past says that it is over."""
        key = frozenset(labels.items())
        places = self._places.get(key)
        if places is None:
            routes = self._config.root.matching(labels)
            places = tuple((route, (route.path, route.group_of(labels))) for route in routes)
            self._places[key] = places
        alert = HeldAlert(labels=labels, starts_at=starts_at, ends_at=ends_at, is_silenced=is_silenced)
        self._alerts[key] = alert
        self._file_source(key, alert)
        for route, group_id in places:
            group = self._groups.get(group_id)
            if group is None:
                group = self._groups[group_id] = _Group(route, now + route.group_wait_s)
                self._appoint(group_id, group.flush_at)
            group.alerts[key] = alert
            if not group.has_flushed and starts_at + route.group_wait_s < now < group.flush_at:
                group.flush_at = now
                self._appoint(group_id, now)

    def pass_to(self, now: float) -> None:
        """Let everything happen that is due up to a moment."""
        while self._agenda and self._agenda[0][0] <= now:
            at, _, group_id = heapq.heappop(self._agenda)
            group = self._groups.get(group_id)
            if group is None:
                continue
            if group.flush_at == at:
                self._flush(group_id, group, at)
            elif not group.alerts:
                del self._groups[group_id]

    def _appoint(self, group_id: GroupId, at: float) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), group_id))

    def _file_source(self, key: LabelSet, alert: HeldAlert) -> None:
        for rule, sources in zip(self._config.inhibitions, self._sources, strict=True):
            if rule.is_source(alert.labels):
                sources.setdefault(rule.values_of(alert.labels), {})[key] = alert

    def _flush(self, group_id: GroupId, group: _Group, at: float) -> None:
        group.has_flushed = True
        group.flush_at = at + group.route.group_interval_s
        self._appoint(group_id, group.flush_at)
        if not self._config.is_muted(group.route, at):
            told = [alert for alert in group.alerts.values() if not self._is_muted(alert, at)]
            if told:
                told.sort(key=lambda alert: (alert.starts_at, sorted(alert.labels.items())))
                self._tell(group_id, group.route, told, at)
        group.alerts = {key: alert for key, alert in group.alerts.items() if alert.ends_at > at}
        if not group.alerts:
            self._appoint(group_id, ceil((at + 1e-6) / CLEANED_EVERY_S) * CLEANED_EVERY_S)

    def _is_muted(self, alert: HeldAlert, at: float) -> bool:
        if alert.is_silenced:
            return True
        for rule, sources in zip(self._config.inhibitions, self._sources, strict=True):
            if not rule.is_target(alert.labels):
                continue
            is_source = rule.is_source(alert.labels)
            for source in sources.get(rule.values_of(alert.labels), {}).values():
                if source.ends_at > at and not (is_source and rule.is_target(source.labels)):
                    return True
        return False

    def _tell(self, group_id: GroupId, route: RouteNode, alerts: Sequence[HeldAlert], at: float) -> None:
        receiver = self._config.receivers[route.receiver]
        firing = {frozenset(alert.labels.items()): alert for alert in alerts if alert.ends_at > at}
        resolved = {frozenset(alert.labels.items()): alert for alert in alerts if alert.ends_at <= at}
        before = self._told.get(group_id)
        if not _is_due(before, firing.keys(), resolved.keys(), at, route, tells_ends=receiver.tells_ends):
            return
        self._told[group_id] = _Told(at, frozenset(firing), frozenset(resolved))
        if not receiver.tells_ends:
            resolved = {}
        if not firing and not resolved:
            return
        news = [alert for key, alert in firing.items() if before is None or key not in before.firing]
        news += [alert for key, alert in resolved.items() if before and key not in before.resolved]
        self.messages.append(
            PagerMessage(
                at=at,
                receiver=route.receiver,
                group=group_id,
                firing=[*firing.values()],
                resolved=[*resolved.values()],
                news=news,
            )
        )


def _is_due(
    before: _Told | None,
    firing: AbstractSet[LabelSet],
    resolved: AbstractSet[LabelSet],
    at: float,
    route: RouteNode,
    *,
    tells_ends: bool,
) -> bool:
    """Tell whether a receiver is told of a group again: of news, or when `repeat_interval` is over."""
    if before is None:
        return bool(firing)
    if not firing <= before.firing:
        return True
    if not firing:
        return bool(before.firing)
    if tells_ends and not resolved <= before.resolved:
        return True
    return before.at < at - route.repeat_interval_s
