"""An alert: frozen identity, a place in the life cycle, words for people."""

from dataclasses import dataclass, field
from enum import StrEnum

from monitor.domain.instant import Instant


class Severity(StrEnum):
    """How urgent an alert is; `NONE` is the watchdog's."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    NONE = "none"


class Category(StrEnum):
    """The part of the product that an alert is about."""

    CONNECTIVITY = "connectivity"
    POWER = "power"
    PRINTER = "printer"
    REGISTRATION = "registration"
    DEVICE = "device"
    SECURITY = "security"
    POSMON = "posmon"


class Owner(StrEnum):
    """Who acts first on an alert, and so who is told of it."""

    SHOP = "shop"
    FIELD = "field"
    NETWORK = "network"
    ACQUIRER = "acquirer"
    SECURITY = "security"
    MONITORING = "monitoring"


class AlertState(StrEnum):
    """Places in the life cycle; see `lifecycle`."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(slots=True, kw_only=True)
class Alert:
    """One open (or just resolved) alert.

    Invariants: `labels` never change after construction, they are the identity; `since` is when the condition
    began and never changes; `fired_at` is set exactly when the state is or was FIRING; `resolved_at` is set
    once it has ended, also if it never fired. `seen_since` is when the condition was first seen, None when as
    early as it began; `last_present` is when the poll began that last showed it, `absent_since` when it was
    first absent after that. `stalled_s` are the seconds since it began in which posmon itself stood still.
    They count towards no hold. `unattended_s` are the seconds in which it has been firing, not held and not
    acknowledged, where an escalation asks for it. `subject` is the terminal id, or `/kind/name` of anything
    else (`/site/mall`; `/fleet` for the fleet). `key` names the alert in this process.
    """

    alertname: str
    subject: str
    labels: dict[str, str]
    severity: Severity
    category: Category
    since: Instant
    state: AlertState
    last_present: Instant
    seen_since: Instant | None = None
    absent_since: Instant | None = None
    fired_at: Instant | None = None
    resolved_at: Instant | None = None
    stalled_s: float = 0.0
    unattended_s: float = 0.0
    annotations: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Alert name and subject: at most one alert is open under it."""
        return self.alertname, self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One committed step of one alert, as journal and sinks see it.

    `labels` and `annotations` are those at that moment; `since` is the alert's `startsAt`. `absent_since` is
    when its condition was first gone, where the alert has fired on since; it is not stored.
    """

    alertname: str
    subject: str
    severity: Severity
    previous: AlertState
    state: AlertState
    at: Instant
    since: Instant
    labels: dict[str, str]
    annotations: dict[str, str]
    absent_since: Instant | None = field(default=None, compare=False)
