"""Steps of alerts for summaries; times are seconds after an arbitrary moment."""

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.instant import Instant

BEGIN = 1_800_000_000.0


def step(second: float, state: AlertState, *, since: float, **changes: str) -> Transition:
    """Return one step of an alert that began at `since`; `changes` are labels, `subject` among them."""
    labels = {"alertname": "WeakSignal", "owner": "network", "severity": "critical"} | changes
    return Transition(
        alertname=labels["alertname"],
        subject=labels.pop("subject", "1"),
        severity=Severity(labels["severity"]),
        previous=AlertState.PENDING if state is AlertState.FIRING else AlertState.FIRING,
        state=state,
        at=Instant(second, BEGIN + second),
        since=Instant(since, BEGIN + since),
        labels=labels,
        annotations={},
    )


def fired(since: float, lasted: float | None = None, **changes: str) -> list[Transition]:
    """Return the steps of an alert that fires at once, and ends after `lasted` seconds where it does."""
    steps = [step(since, AlertState.FIRING, since=since, **changes)]
    if lasted is not None:
        steps.append(step(since + lasted, AlertState.RESOLVED, since=since, **changes))
    return steps
