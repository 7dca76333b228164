"""All open alerts, and the only place where one changes state."""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from monitor.domain.alerts.alert import Alert, AlertState, Severity, Transition
from monitor.domain.alerts.lifecycle import AlertOverError, Verdict, advance, weigh
from monitor.domain.alerts.rules import Rule
from monitor.domain.instant import Instant

Key = tuple[str, str]
WriteWords = Callable[[], dict[str, str]]

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
        self._turned: dict[Key, None] = {}
        self._holds: list[tuple[float, Key]] = []
        self._held_from: dict[Key, float] = {}
        self._stalls: deque[tuple[float, float]] = deque(maxlen=_STALLS_KEPT)

    def __iter__(self) -> Iterator[Alert]:
        """Iterate over all open alerts."""
        for alerts in self._open.values():
            yield from alerts.values()

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def subjects(self) -> list[str]:
        """Return what open alerts are about now."""
        return list(self._open)

    def about(self, subject: str) -> Mapping[str, Alert]:
        """Return the open alerts of a subject by alert name."""
        return self._open.get(subject, _NONE_OPEN)

    def named(self, alertname: str) -> Mapping[str, Alert]:
        """Return the open alerts of a name by subject."""
        return self._named.get(alertname, _NONE_OPEN)

    def follow(self, alertname: str) -> Mapping[str, Alert]:
        """Return what `named` does, as a mapping that changes with the book; for the names of rules only."""
        return self._named.setdefault(alertname, {})

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
        labels: WriteWords,
        annotations: WriteWords,
        asked_at: Instant | None = None,
        began: Instant | None = None,
    ) -> Transition | None:
        """Apply the verdict of a rule's judge; return the step that it makes, if any.

        `labels` and `annotations` are called only when an alert opens or steps; one that resolves keeps its
        words, because its condition can no longer be described. `asked_at` is when the poll behind the
        verdict began, None for now. `began` is when the condition began, None for now.
        """
        asked_at = asked_at or now
        alert = self.find(rule.alertname, subject)
        if alert is not None:
            if _note(alert, verdict, now, asked_at) and rule.keep_firing_s:
                self._turned[alert.key] = None
        elif verdict is Verdict.PRESENT:
            alert = self._opened(rule, subject, began or now, now, labels())
            alert.last_present = asked_at
        else:
            return None
        signal = weigh(
            verdict,
            is_held=now.monotonic >= _held_from(rule, alert) + alert.stalled_s,
            is_quiet=_is_quiet(alert, rule, now),
        )
        following = advance(alert.state, signal)
        if following is alert.state:
            return None
        if following is not AlertState.RESOLVED:
            alert.annotations = annotations()
        return self._step(alert, following, now, held_from=_held_from(rule, alert))

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
        return [
            self.close(alert, now),
            self._step(fresh, following, now, held_from=_held_from(rule, fresh)),
        ]

    def restore(self, alert: Alert) -> None:
        """Open an alert of an earlier run; one that has ended, or is open here, is left out.

        A pending one waits for its hold once `resume` is called with its rule.
        """
        if alert.state in _OPEN_STATES and self.find(*alert.key) is None:
            self._count(alert, +1)
            self._file(alert)

    def resume(self, alert: Alert, rule: Rule) -> None:
        """Let a restored alert wait for what is left of its hold."""
        if alert.state is AlertState.PENDING:
            self._hold(alert, _held_from(rule, alert))

    def drain_unsaved(self) -> list[Alert]:
        """Return copies of the firing alerts whose condition has gone, or come back, since the last call.

        No transition shows their hold, and a restart must not begin it anew.
        """
        alerts = [self.find(*key) for key in self._turned]
        self._turned.clear()
        return [replace(alert) for alert in alerts if alert and alert.state is AlertState.FIRING]

    def mark_unsaved(self, alert: Alert) -> None:
        """Have an open alert saved that has changed without a step."""
        self._turned[alert.key] = None

    def stalled(self, seconds: float, now: Instant) -> None:
        """Count the `seconds` before `now` towards no hold: posmon watched nothing then."""
        self._stalls.append((now.monotonic, seconds))
        for alert in self:
            alert.stalled_s += seconds

    def due(self, now: Instant) -> list[Alert]:
        """Return pending alerts whose hold has elapsed, each once per hold."""
        alerts = []
        while self._holds and self._holds[0][0] <= now.monotonic:
            _, key = heapq.heappop(self._holds)
            held_from = self._held_from.pop(key)
            alert = self.find(*key)
            if alert is None or alert.state is not AlertState.PENDING:
                continue
            if held_from + alert.stalled_s > now.monotonic:
                self._hold(alert, held_from)
            else:
                alerts.append(alert)
        return alerts

    def _hold(self, alert: Alert, held_from: float) -> None:
        # An alert that comes and goes must not leave an entry behind each time: `for` may be a day.
        if alert.key not in self._held_from:
            heapq.heappush(self._holds, (held_from + alert.stalled_s, alert.key))
        self._held_from[alert.key] = held_from

    def _opened(
        self, rule: Rule, subject: str, since: Instant, now: Instant, labels: dict[str, str]
    ) -> Alert:
        alert = Alert(
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
        start = _start(rule, alert)
        alert.stalled_s = sum(seconds for ended, seconds in self._stalls if start < ended)
        return alert

    def _step(
        self, alert: Alert, following: AlertState, now: Instant, *, held_from: float = 0.0
    ) -> Transition:
        previous = alert.state
        self._count(alert, -1)
        alert.state = following
        self._count(alert, +1)
        self.transitions[alert.alertname, following] += 1
        if following is AlertState.PENDING:
            self._hold(alert, held_from)
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
            absent_since=alert.absent_since,
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


def _start(rule: Rule, alert: Alert) -> float:
    start = alert.since if rule.detector.holds_from_beginning else alert.seen_since or alert.since
    return start.monotonic


def _held_from(rule: Rule, alert: Alert) -> float:
    """Return when the hold of the alert elapses, without the time of stalls."""
    return _start(rule, alert) + rule.for_s


def _note(alert: Alert, verdict: Verdict, now: Instant, asked_at: Instant) -> bool:
    """Note the verdict; return whether the condition has gone, or come back, with it."""
    was_absent = alert.absent_since is not None
    if verdict is Verdict.PRESENT:
        alert.last_present = max(alert.last_present, asked_at)
        alert.absent_since = None
    elif verdict is Verdict.ABSENT and not was_absent:
        alert.absent_since = now
    return was_absent is (alert.absent_since is None)


def _is_quiet(alert: Alert, rule: Rule, now: Instant) -> bool:
    if alert.absent_since is None:
        return False
    return now.monotonic >= alert.absent_since.monotonic + rule.keep_firing_s
