"""All open alerts, and the only place where one changes state."""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from monitor.domain.alert import Alert, AlertState, Severity, Transition
from monitor.domain.instant import Instant
from monitor.domain.lifecycle import AlertOverError, Verdict, advance, weigh
from monitor.domain.rules import Rule

Key = tuple[str, str]
Words = Callable[[], dict[str, str]]

_OPEN_STATES = frozenset({AlertState.PENDING, AlertState.FIRING})
_STALLS_KEPT = 16
_NONE_OPEN: Mapping[str, Alert] = MappingProxyType({})


class AlertBook:
    """Open alerts by subject and name.

    Invariants: every alert held is PENDING or FIRING; at most one per name and subject; `counts`
    agrees with what is held; each key waits for its hold at most once.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, Severity, AlertState]] = Counter()
        self.transitions: Counter[tuple[str, AlertState]] = Counter()
        self._open: dict[str, dict[str, Alert]] = {}
        self._named: dict[str, dict[str, Alert]] = {}
        self._holds: list[tuple[float, Key]] = []
        self._hold_until: dict[Key, float] = {}
        self._stalls: deque[tuple[float, float]] = deque(maxlen=_STALLS_KEPT)

    def __iter__(self) -> Iterator[Alert]:
        """Iterate over all open alerts."""
        for alerts in self._open.values():
            yield from alerts.values()

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def about(self, subject: str) -> Mapping[str, Alert]:
        """Return the open alerts of a subject by alert name."""
        return self._open.get(subject, _NONE_OPEN)

    def named(self, alertname: str) -> Mapping[str, Alert]:
        """Return the open alerts of a name by subject."""
        return self._named.get(alertname, _NONE_OPEN)

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
        asked_at: Instant | None = None,
        began: Instant | None = None,
    ) -> Transition | None:
        """Take in what a rule's judge says, and return the step this makes, if any.

        `labels` and `annotations` are called only when an alert opens or steps; one that resolves keeps
        its words: what it was about is no longer there to be described. `asked_at` is when what the
        verdict rests on was asked for, if not now; `began` when the condition began, if it was not
        first seen now.
        """
        asked_at = asked_at or now
        alert = self.find(rule.alertname, subject)
        if alert is not None:
            _note(alert, verdict, now, asked_at)
        state = alert.state if alert else AlertState.INACTIVE
        since = alert.since if alert else began or now
        seen_since = alert.seen_since if alert else now
        hold_until = self._held_at(rule, since, seen_since)
        signal = weigh(
            verdict,
            is_held=now.monotonic >= hold_until,
            is_quiet=_is_quiet(alert, rule, now),
        )
        following = advance(state, signal)
        if following is state:
            return None
        if alert is None:
            alert = self._opened(rule, subject, since, now, labels())
            alert.last_present = asked_at
        if following is not AlertState.RESOLVED:
            alert.annotations = annotations()
        return self._step(alert, following, now, hold_until=hold_until)

    def close(self, alert: Alert, now: Instant) -> Transition:
        """End an open alert whose rule or subject is gone: pending ones vanish, firing ones resolve.

        Raises AlertOverError when it has ended already.
        """
        if alert.state not in _OPEN_STATES:
            raise AlertOverError(f"a {alert.state} alert does not end again")
        is_firing = alert.state is AlertState.FIRING
        return self._step(alert, AlertState.RESOLVED if is_firing else AlertState.INACTIVE, now)

    def reopen(self, alert: Alert, rule: Rule, labels: dict[str, str], now: Instant) -> list[Transition]:
        """Give an alert another identity: the old one ends, a new one goes on from where it was."""
        following = alert.state
        fresh = replace(alert, labels=labels, severity=rule.severity, state=AlertState.INACTIVE)
        hold_until = self._held_at(rule, alert.since, alert.seen_since)
        return [self.close(alert, now), self._step(fresh, following, now, hold_until=hold_until)]

    def stalled(self, seconds: float, now: Instant) -> None:
        """Count the `seconds` before `now`, in which nobody watched, towards no hold."""
        self._stalls.append((now.monotonic, seconds))
        for key in self._hold_until:
            self._hold_until[key] += seconds

    def due(self, now: Instant) -> list[Alert]:
        """Return pending alerts whose hold has elapsed, each once per hold."""
        alerts = []
        while self._holds and self._holds[0][0] <= now.monotonic:
            _, key = heapq.heappop(self._holds)
            until = self._hold_until.pop(key)
            alert = self.find(*key)
            if alert is None or alert.state is not AlertState.PENDING:
                continue
            if until > now.monotonic:
                self._hold(key, until)
            else:
                alerts.append(alert)
        return alerts

    def _held_at(self, rule: Rule, since: Instant, seen_since: Instant | None) -> float:
        start = since if rule.detector.holds_from_beginning else seen_since or since
        # Added up in the order in which `stalled` adds, so that rounding is the same.
        held_at = start.monotonic + rule.for_s
        for ended, seconds in self._stalls:
            if start.monotonic < ended:
                held_at += seconds
        return held_at

    def _hold(self, key: Key, until: float) -> None:
        # An alert that comes and goes must not leave an entry behind each time: `for` may be a day.
        if key not in self._hold_until:
            heapq.heappush(self._holds, (until, key))
        self._hold_until[key] = until

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
            seen_since=now,
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
            self._hold(alert.key, hold_until)
        if following is AlertState.FIRING:
            alert.fired_at = now
        if following not in _OPEN_STATES:
            alert.resolved_at = now
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
        if alert.state in _OPEN_STATES:
            self.counts[alert.alertname, alert.severity, alert.state] += change

    def _file(self, alert: Alert) -> None:
        if alert.state in _OPEN_STATES:
            self._open.setdefault(alert.subject, {})[alert.alertname] = alert
            self._named.setdefault(alert.alertname, {})[alert.subject] = alert
            return
        alerts = self._open.get(alert.subject, {})
        alerts.pop(alert.alertname, None)
        if not alerts:
            self._open.pop(alert.subject, None)
        self._named.get(alert.alertname, {}).pop(alert.subject, None)


def _note(alert: Alert, verdict: Verdict, now: Instant, asked_at: Instant) -> None:
    if verdict is Verdict.PRESENT:
        alert.last_present = max(alert.last_present, asked_at)
        alert.absent_since = None
    elif verdict is Verdict.ABSENT and alert.absent_since is None:
        alert.absent_since = now


def _is_quiet(alert: Alert | None, rule: Rule, now: Instant) -> bool:
    if alert is None or alert.absent_since is None:
        return False
    return now.monotonic >= alert.absent_since.monotonic + rule.keep_firing_s
