"""Who was told of an alert, what held it back, and what people did about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.alerts.alert import Severity, Transition
from monitor.domain.alerts.alert_book import Key
from monitor.domain.notification.told import HeldSpan, ToldMessage, Way, label_key
from monitor.domain.on_call.action import Action

BY_PEOPLE = frozenset({"acknowledged", "silence", "window"})
"""Reasons to hold an alert back that somebody has given: these are attention."""

_SAME_S = 1.0
"""A receiver may be told a beginning that was mended; two lives of an alert are further apart."""


@dataclass(slots=True, kw_only=True)
class ReceiverTally:
    """What one receiver was told: messages, alerts that were new to it (`critical` of them), and ends."""

    receiver: str
    way: Way
    messages: int = 0
    alerts: int = 0
    critical: int = 0
    resolved: int = 0

    def count(self, message: ToldMessage) -> None:
        """Count a message."""
        self.messages += 1
        self.alerts += len(message.firing)
        self.critical += sum(alert.severity == Severity.CRITICAL for alert in message.firing)
        self.resolved += message.resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """How one firing of an alert was attended to.

    `told_at` is when on-call was first told (unix seconds), None when it was not; `shop_told` whether the
    shop was. `reasons` are those that held it back at some time. `unattended_s` is how long on-call knew
    of it while nothing held it back.
    """

    told_at: float | None
    shop_told: bool
    is_acknowledged: bool
    reasons: frozenset[str]
    unattended_s: float

    @property
    def is_attended(self) -> bool:
        """Whether somebody acknowledged or silenced it, or had planned work there."""
        return self.is_acknowledged or not self.reasons.isdisjoint(BY_PEOPLE)


class AttentionLog:
    """The messages, holds and actions of a period."""

    def __init__(
        self,
        *,
        actions: Iterable[Action] = (),
        told: Iterable[ToldMessage] = (),
        held: Iterable[HeldSpan] = (),
    ) -> None:
        self.receivers: dict[tuple[str, Way], ReceiverTally] = {}
        self.held: Counter[str] = Counter()
        self.deeds: Counter[str] = Counter()
        self._acknowledged: dict[Key, list[float]] = defaultdict(list)
        self._told: dict[str, list[tuple[float, float, bool]]] = defaultdict(list)
        self._spans: dict[Key, list[HeldSpan]] = defaultdict(list)
        for action in actions:
            self.deeds[action.what] += 1
            if action.what == "ack.add":
                key = action.details.get("alertname", ""), action.details.get("subject", "")
                self._acknowledged[key].append(action.at)
        for message in told:
            self.take(message)
        for span in held:
            self.held[span.reason] += 1
            self._spans[span.alertname, span.subject].append(span)

    def take(self, message: ToldMessage) -> None:
        """Take in a message that a receiver took."""
        name = message.receiver, message.way
        if name not in self.receivers:
            self.receivers[name] = ReceiverTally(receiver=message.receiver, way=message.way)
        self.receivers[name].count(message)
        for alert in message.firing:
            self._told[alert.key].append((message.at, alert.since, message.way is Way.SHOP))

    def of(self, began: Transition, ended: float) -> Attended:
        """Return how a firing was attended to that lasted until `ended` (unix seconds)."""
        key, since = (began.alertname, began.subject), began.since.wall
        told = [
            (at, is_shop)
            for at, life, is_shop in self._told.get(label_key(began.labels), ())
            if abs(life - since) <= _SAME_S and at <= ended
        ]
        told_at = min((at for at, is_shop in told if not is_shop), default=None)
        spans = [
            (max(since, span.began), min(ended, ended if span.ended is None else span.ended), span.reason)
            for span in self._spans.get(key, ())
            if span.began <= ended and (span.ended is None or span.ended >= since)
        ]
        return Attended(
            told_at=told_at,
            shop_told=any(is_shop for _, is_shop in told),
            is_acknowledged=any(since <= at <= ended for at in self._acknowledged.get(key, ())),
            reasons=frozenset(reason for _, _, reason in spans),
            unattended_s=0.0 if told_at is None else _left_over(told_at, ended, spans),
        )


def _left_over(since: float, until: float, spans: Iterable[tuple[float, float, str]]) -> float:
    """Return the seconds of a time that no span covers."""
    left, reached = 0.0, since
    for begin, end, _ in sorted(spans):
        left += max(0.0, min(begin, until) - reached)
        reached = max(reached, end)
    return left + max(0.0, until - reached)
