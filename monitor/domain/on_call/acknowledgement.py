"""An acknowledgement: somebody works on one alert."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.alerts.alert import Alert, AlertState, Severity
from monitor.domain.instant import rfc3339

LONGEST_RECOVERY_S = 1800.0
"""An acknowledgement outlives a recovery of half an hour at most."""

_LOUDNESS = (Severity.NONE, Severity.INFO, Severity.WARNING, Severity.CRITICAL)
_THIN = "evidence is thin"
_SURENESS = ("very likely ", "likely ", "perhaps ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Holds one alert for as long as it lives, or until `ends_at` (unix seconds; None: no end of its own).

    The alert is the one of that name and subject that began at `starts_at`. `severity` and `cause` are as
    they were at `at`: the acknowledgement ends when the alert gets louder or its likeliest cause is another.
    It survives a recovery shorter than `outlives_recovery_s`; `recovered_at` is when the alert ended.
    """

    id: str
    alertname: str
    subject: str
    labels: Mapping[str, str]
    starts_at: float
    severity: Severity
    cause: str
    at: float
    ends_at: float | None
    by: str
    comment: str
    outlives_recovery_s: float = 0.0
    recovered_at: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Name and subject of the alert."""
        return self.alertname, self.subject

    @property
    def details(self) -> Mapping[str, str]:
        """What it is about, for the record of actions."""
        until = {} if self.ends_at is None else {"until": rfc3339(self.ends_at)}
        return {"alertname": self.alertname, "subject": self.subject} | until

    def holds(self, alert: Alert, wall: float) -> bool:
        """Tell whether it holds the alert of its name and subject at a moment."""
        if self.ends_at is not None and wall >= self.ends_at:
            return False
        return alert.since.wall == self.starts_at or self._is_back_soon(alert)

    def end_of(self, alert: Alert | None, wall: float) -> str:
        """Return why it is over, "" while it is not; `alert` is the open one of its name and subject."""
        if self.ends_at is not None and wall >= self.ends_at:
            return "its time has run out"
        if alert is None or alert.state is not AlertState.FIRING:
            is_recent = self.recovered_at is None or wall - self.recovered_at < self.outlives_recovery_s
            return "" if is_recent and self.outlives_recovery_s else "the alert has ended"
        if not self.holds(alert, wall):
            return "the alert has ended"
        if _LOUDNESS.index(alert.severity) > _LOUDNESS.index(self.severity):
            return f"the alert has become {alert.severity}"
        cause = leading_cause(alert.annotations)
        is_other = bool(self.cause) and cause not in {"", self.cause}
        return f"the likeliest cause is another now: {cause}" if is_other else ""

    def _is_back_soon(self, alert: Alert) -> bool:
        if self.recovered_at is None:
            return False
        return 0.0 <= alert.since.wall - self.recovered_at < self.outlives_recovery_s


def leading_cause(annotations: Mapping[str, str]) -> str:
    """Return the likeliest cause of an alert in words, "" where there is none or its evidence is thin."""
    text = annotations.get("cause", "")
    if text.startswith(_THIN):
        return ""
    for sureness in _SURENESS:
        text = text.removeprefix(sureness)
    return text.partition(" (")[0]
