"""Which alerts are not sent because a larger one already says it.

Suppression only stops sending. A suppressed alert opens and resolves like any other, and is sent
if it outlives what suppressed it.
"""

from monitor.domain.alert import Alert, AlertState
from monitor.domain.alert_book import AlertBook
from monitor.domain.fleet import Fleet

FLEET_SUBJECT = "/fleet"
MONITOR_SUBJECT = "/posmon"


def site_subject(site: str) -> str:
    """Return the subject of a site's alerts; a terminal id has no slash, so the two never meet."""
    return f"/site/{site}"


def suppressor(alert: Alert, *, book: AlertBook, fleet: Fleet) -> str | None:
    """Return what keeps `alert` from being sent, None when nothing does.

    It is the name of another alert, or `status` and the terminal's inventory status. A larger
    outage suppresses from the moment it is suspected: waiting until it is confirmed would let its
    terminals page first.
    """
    watched = fleet.get(alert.subject)
    if watched is not None and not watched.terminal.is_paged:
        return f"status {watched.terminal.status}"
    if alert.alertname not in _SUPPRESSED:
        return None
    if book.find("FleetUnreachable", FLEET_SUBJECT):
        return "FleetUnreachable"
    site = watched.terminal.site if watched is not None else ""
    if site and book.find("SiteOffline", site_subject(site)):
        return "SiteOffline"
    if alert.alertname == "TerminalOffline" and _fires(book.find("TerminalFlapping", alert.subject)):
        return "TerminalFlapping"
    return None


_SUPPRESSED = frozenset({"TerminalOffline", "TerminalFlapping", "SiteOffline"})


def _fires(alert: Alert | None) -> bool:
    return alert is not None and alert.state is AlertState.FIRING
