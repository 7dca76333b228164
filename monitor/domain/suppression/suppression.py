"""Which alerts are not sent because a larger one already says it.

Suppression only stops sending. A suppressed alert opens and resolves like any other, and is sent
if it outlives what suppressed it.
"""

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import HISTORY_POLLS, WatchedTerminal

GONE_AFTER_FAILURES = HISTORY_POLLS // 2
"""A terminal that failed more polls in a row than this no longer comes and goes."""


def suppressor(alert: Alert, *, book: AlertBook, fleet: Fleet) -> str | None:
    """Return what keeps `alert` from being sent, None when nothing does.

    It is the name of another alert, or `status` and the terminal's inventory status. A larger
    outage suppresses from the moment it is suspected: waiting until it is confirmed would let its
    terminals page first. What fired before the outage began goes on being sent.
    """
    watched = fleet.get(alert.subject)
    if watched is not None and not watched.terminal.is_paged:
        return f"status {watched.terminal.status}"
    if alert.alertname not in _SUPPRESSED:
        return "TerminalIdConflict" if _is_known_conflict(alert, book) else None
    if _explains(fleet.whole.alert, alert):
        return "FleetUnreachable"
    site = fleet.sites.get(watched.terminal.site) if watched is not None else None
    if site is not None and _explains(site.alert, alert):
        return "SiteOffline"
    if watched is not None and alert.alertname == "TerminalOffline" and _comes_and_goes(watched, book):
        return "TerminalFlapping"
    return None


_SUPPRESSED = frozenset({"TerminalOffline", "TerminalFlapping", "SiteOffline"})


def _explains(outage: Alert | None, alert: Alert) -> bool:
    """Tell whether the latest larger outage, open or over, is all there is to `alert`.

    One that is over still explains what nobody has asked about since it was first seen to be over.
    """
    if outage is None or (alert.fired_at and alert.fired_at.monotonic < outage.since.monotonic):
        return False
    if outage.resolved_at is None:
        return True
    over = outage.absent_since or outage.resolved_at
    return alert.last_present.monotonic <= over.monotonic


def _is_known_conflict(alert: Alert, book: AlertBook) -> bool:
    """Tell whether a mismatch is one turn of two devices that are known to answer in turn."""
    if alert.alertname != "TerminalIdMismatch":
        return False
    conflict = book.find("TerminalIdConflict", alert.subject)
    if conflict is None or conflict.fired_at is None:
        return False
    return alert.fired_at is None or alert.fired_at.monotonic >= conflict.fired_at.monotonic


def _comes_and_goes(watched: WatchedTerminal, book: AlertBook) -> bool:
    flapping = book.find("TerminalFlapping", watched.terminal.terminal_id)
    fires = flapping is not None and flapping.state is AlertState.FIRING
    return fires and watched.failures <= GONE_AFTER_FAILURES
