"""One word for how a terminal is."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.domain.alerts.alert import Alert, AlertState, Severity

# The command line, which is to start at once, needs these words and nothing of what is watched.
if TYPE_CHECKING:
    from monitor.domain.fleet.watched_terminal import WatchedTerminal


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


# In Python 3.11 looking up a member of an enumeration costs as much as calling a function.
_OK, _WARNING, _CRITICAL, _UNKNOWN = Health.OK, Health.WARNING, Health.CRITICAL, Health.UNKNOWN
_ONLINE, _OFFLINE, _NEVER_ASKED = Connectivity.ONLINE, Connectivity.OFFLINE, Connectivity.UNKNOWN
_FIRING, _CRITICAL_ALERT, _WARNING_ALERT = AlertState.FIRING, Severity.CRITICAL, Severity.WARNING


EXPECTED_WHEN_CLOSED = frozenset({"TerminalOffline", "TerminalFlapping"})
"""What is no trouble of a terminal that is off because its shop is closed."""


def health_of(terminal: "WatchedTerminal", alerts: Iterable[Alert], *, is_closed: bool = False) -> Health:
    """Return the health that a terminal's open alerts give it.

    Only firing ones count, and only for a terminal in service: what is being repaired is expected
    to look ill. UNKNOWN while nothing is known of it, unless it is off because its shop `is_closed`.
    """
    health = _OK if is_closed or _is_known(terminal) else _UNKNOWN
    for alert in alerts:
        if is_closed and alert.alertname in EXPECTED_WHEN_CLOSED:
            continue
        if alert.state is not _FIRING or not terminal.terminal.is_paged:
            continue
        if alert.severity is _CRITICAL_ALERT:
            return _CRITICAL
        if alert.severity is _WARNING_ALERT:
            health = _WARNING
    return health


def _is_known(terminal: "WatchedTerminal") -> bool:
    """Tell whether anything is known of it: it gave a heartbeat of its own, or can be reached now."""
    if terminal.is_out_of_sight:
        return False
    is_reached = terminal.last_poll is not None and not terminal.is_down and not terminal.claimed_id
    return is_reached or terminal.reading is not None


def connectivity_of(terminal: "WatchedTerminal") -> Connectivity:
    """Return what the last poll says; UNKNOWN before the first."""
    if terminal.last_poll is None or terminal.is_out_of_sight:
        return _NEVER_ASKED
    return _OFFLINE if terminal.is_down else _ONLINE
