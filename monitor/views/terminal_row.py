"""A terminal at a glance."""

from monitor.domain.alerts.alert import Alert, AlertState, Severity, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.health import connectivity_of, health_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import rfc3339
from monitor.views.documents import AlertDocument, TerminalRow

_RANKS = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2, Severity.NONE: 3}
NOT_URGENT = (_RANKS[Severity.INFO],)
"""Whatever `urgency` puts before this is critical or a warning."""


def urgency(alert: Alert) -> tuple[int, float, str]:
    """Return the key to sort alerts by: the most severe first, then the oldest."""
    return _RANKS[alert.severity], alert.since.monotonic, alert.alertname


def terminal_row(watched: WatchedTerminal, book: AlertBook, fleet: Fleet) -> TerminalRow:
    """Return the row of one terminal."""
    terminal, reading = watched.terminal, watched.reading
    off_until = fleet.closed.until(terminal.terminal_id)
    alerts = sorted(book.about(terminal.terminal_id).values(), key=urgency)
    firing = [alert for alert in alerts if alert.state is AlertState.FIRING]
    return TerminalRow(
        terminal_id=terminal.terminal_id,
        site=terminal.site,
        health=health_of(watched, alerts, is_closed=off_until is not None),
        connectivity=connectivity_of(watched),
        battery_percent=reading.battery_percent if reading else None,
        printer=reading.printer_status if reading else None,
        registration=reading.registration_status if reading else None,
        last_heartbeat_at=rfc3339(watched.last_good.wall) if watched.last_good else None,
        alerts=[alert.alertname for alert in firing],
        pending=[alert.alertname for alert in alerts if alert.state is AlertState.PENDING],
        why=what_it_says(firing[0]) if firing else "",
        why_zh=what_it_says_zh(firing[0]) if firing else "",
        since=rfc3339(firing[0].since.wall) if firing else None,
        expected_off_until=None if off_until is None else rfc3339(off_until),
        status=terminal.status,
        merchant_name=terminal.merchant_name,
        region=terminal.region,
        vendor=vendor_of(watched),
        model=watched.model,
    )


def what_it_says(alert: Alert | Transition | AlertDocument) -> str:
    """Return the summary without the name of terminal, site or monitor that it begins with."""
    name = alert.labels.get("terminal_id") or alert.labels.get("site") or "posmon"
    return alert.annotations.get("summary", "").removeprefix(f"{name}: ")


def what_it_says_zh(alert: Alert | Transition | AlertDocument) -> str:
    """Return the same in Chinese, "" where it was written before alerts spoke Chinese."""
    name = alert.labels.get("terminal_id") or alert.labels.get("site") or "posmon"
    return alert.annotations.get("summary_zh", "").removeprefix(f"{name}\N{FULLWIDTH COLON}")


def vendor_of(watched: WatchedTerminal) -> str:
    """Return the inventory's vendor, else what the terminal says, else ""."""
    return watched.terminal.vendor or (watched.reading.vendor if watched.reading else None) or ""


def serial_number_of(watched: WatchedTerminal) -> str:
    """Return the inventory's serial number, else what the terminal says, else ""."""
    return (
        watched.terminal.serial_number or (watched.reading.serial_number if watched.reading else None) or ""
    )
