"""One word for how a terminal is."""

from collections.abc import Iterable
from enum import StrEnum

from monitor.domain.alert import Alert, AlertState, Severity
from monitor.domain.watched_terminal import WatchedTerminal


class Health(StrEnum):
    """From best to worst, but for UNKNOWN: nothing good or bad is known."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


class Connectivity(StrEnum):
    """Whether the last poll was good."""

    ONLINE = "online"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


def health_of(terminal: WatchedTerminal, alerts: Iterable[Alert]) -> Health:
    """Return the health that a terminal's open alerts give it.

    Only firing ones count, and only for a terminal in service: what is being repaired is expected
    to look ill. UNKNOWN as long as it has never given a good heartbeat of its own.
    """
    health = Health.UNKNOWN if terminal.reading is None else Health.OK
    for alert in alerts:
        if alert.state is not AlertState.FIRING or not terminal.terminal.is_paged:
            continue
        if alert.severity is Severity.CRITICAL:
            return Health.CRITICAL
        if alert.severity is Severity.WARNING:
            health = Health.WARNING
    return health


def connectivity_of(terminal: WatchedTerminal) -> Connectivity:
    """Return what the last poll says; UNKNOWN before the first."""
    if terminal.last_poll is None:
        return Connectivity.UNKNOWN
    return Connectivity.OFFLINE if terminal.is_down else Connectivity.ONLINE
