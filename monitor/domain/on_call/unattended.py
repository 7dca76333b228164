"""An alert that nobody attends to, at one level of its escalation."""

from dataclasses import dataclass
from math import inf

from monitor.domain.alerts.alert import Alert, AlertState


@dataclass(frozen=True, slots=True, kw_only=True)
class UnattendedAlert:
    """What `Unattended` is about: the alert of that name and subject, None once it is over.

    `level` counts from 1; `after_s` is how long the alert must have been firing, not held and not
    acknowledged.
    """

    level: int
    alertname: str
    subject: str
    alert: Alert | None
    after_s: float = inf

    @property
    def name(self) -> str:
        """What the thing is stored as."""
        return f"{self.level}/{self.alertname}/{self.subject}"

    @property
    def is_due(self) -> bool:
        """Whether the level is to be told."""
        alert = self.alert
        is_firing = alert is not None and alert.state is AlertState.FIRING
        return alert is not None and is_firing and alert.unattended_s >= self.after_s
