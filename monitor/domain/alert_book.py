"""All open alerts, and the only place where one changes state."""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from monitor.domain.alert import Alert, AlertState, Severity, Transition
from monitor.domain.instant import Instant
from monitor.domain.lifecycle import Verdict, advance, weigh
from monitor.domain.rules import Rule

Key = tuple[str, str]
Words = Callable[[], dict[str, str]]

RESOLVED_KEPT = 10_000
_NONE_OPEN: Mapping[str, Alert] = MappingProxyType({})


class AlertBook:
    """Open alerts by subject and name.

    Invariants: every alert held is PENDING or FIRING; at most one per name and subject; `counts`
    agrees with what is held.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, Severity, AlertState]] = Counter()
        self.transitions: Counter[tuple[str, AlertState]] = Counter()
        self.resolved: deque[Alert] = deque(maxlen=RESOLVED_KEPT)
        self._open: dict[str, dict[str, Alert]] = {}
        self._holds: list[tuple[float, Key]] = []

    def __iter__(self) -> Iterator[Alert]:
        """Iterate over all open alerts."""
        for alerts in self._open.values():
            yield from alerts.values()

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def about(self, subject: str) -> Mapping[str, Alert]:
        """Return the open alerts of a subject by alert name."""
        return self._open.get(subject, _NONE_OPEN)

    def find(self, alertname: str, subject: str) -> Alert | None:
        """Return an open alert, None when it is not open."""
        return self.about(subject).get(alertname)

    def observe(
        self,
        rule: Rule,
        subject: str,
        verdict: Verdict,
        now: Instant,
        *,
        labels: Words,
        annotations: Words,
        began: Instant | None = None,
    ) -> Transition | None:
        """Take in what a rule's judge says, and return the step this makes, if any.

        `labels` and `annotations` are called only when an alert opens or steps.
        """
        alert = self.find(rule.alertname, subject)
        state = alert.state if alert else AlertState.INACTIVE
        since = alert.since if alert else began or now
        last_present = alert.last_present if alert else now
        signal = weigh(
            verdict,
            held_s=now.monotonic - since.monotonic,
            quiet_s=now.monotonic - last_present.monotonic,
            for_s=rule.for_s,
            keep_firing_s=rule.keep_firing_s,
        )
        following = advance(state, signal)
        if alert is not None and verdict is Verdict.PRESENT:
            alert.last_present = now
        if following is state:
            return None
        if alert is None:
            alert = self._opened(rule, subject, since, now, labels())
        alert.annotations = annotations()
        return self._step(alert, following, now, hold_until=since.monotonic + rule.for_s)

    def close(self, alert: Alert, now: Instant) -> Transition:
        """End an open alert whose rule or subject is gone: pending ones vanish, firing ones resolve."""
        is_firing = alert.state is AlertState.FIRING
        return self._step(alert, AlertState.RESOLVED if is_firing else AlertState.INACTIVE, now)

    def reopen(self, alert: Alert, labels: dict[str, str], now: Instant) -> list[Transition]:
        """Give an alert another identity: the old one ends, a new one goes on from where it was."""
        fresh = Alert(
            alertname=alert.alertname,
            subject=alert.subject,
            labels=labels,
            severity=alert.severity,
            category=alert.category,
            since=alert.since,
            state=AlertState.INACTIVE,
            last_present=alert.last_present,
            annotations=alert.annotations,
        )
        following = alert.state
        hold = next((due for due, key in self._holds if key == alert.key), now.monotonic)
        return [self.close(alert, now), self._step(fresh, following, now, hold_until=hold)]

    def due(self, now: Instant) -> list[Alert]:
        """Return pending alerts whose hold has elapsed, each once per hold."""
        alerts = []
        while self._holds and self._holds[0][0] <= now.monotonic:
            _, key = heapq.heappop(self._holds)
            alert = self.find(*key)
            if alert is not None and alert.state is AlertState.PENDING:
                alerts.append(alert)
        return alerts

    def _opened(
        self, rule: Rule, subject: str, since: Instant, now: Instant, labels: dict[str, str]
    ) -> Alert:
        return Alert(
            alertname=rule.alertname,
            subject=subject,
            labels=labels,
            severity=rule.severity,
            category=rule.detector.category,
            since=since,
            state=AlertState.INACTIVE,
            last_present=now,
        )

    def _step(
        self, alert: Alert, following: AlertState, now: Instant, *, hold_until: float = 0.0
    ) -> Transition:
        previous = alert.state
        self._count(alert, -1)
        alert.state = following
        self._count(alert, +1)
        self.transitions[alert.alertname, following] += 1
        if following is AlertState.PENDING:
            heapq.heappush(self._holds, (hold_until, alert.key))
        if following is AlertState.FIRING:
            alert.fired_at = now
        if following is AlertState.RESOLVED:
            alert.resolved_at = now
            self.resolved.append(alert)
        self._file(alert)
        return Transition(
            alertname=alert.alertname,
            subject=alert.subject,
            severity=alert.severity,
            previous=previous,
            state=following,
            at=now,
            since=alert.since,
            labels=alert.labels,
            annotations=alert.annotations,
        )

    def _count(self, alert: Alert, change: int) -> None:
        if alert.state in (AlertState.PENDING, AlertState.FIRING):
            self.counts[alert.alertname, alert.severity, alert.state] += change

    def _file(self, alert: Alert) -> None:
        if alert.state in (AlertState.PENDING, AlertState.FIRING):
            self._open.setdefault(alert.subject, {})[alert.alertname] = alert
            return
        alerts = self._open.get(alert.subject, {})
        alerts.pop(alert.alertname, None)
        if not alerts:
            self._open.pop(alert.subject, None)
