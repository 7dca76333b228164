"""Documents of the API, made by hand."""

from collections.abc import Iterable
from typing import Any

from monitor.domain.alerts.alert import AlertState, Category, Severity
from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.heartbeat.reading import PrinterStatus, RegistrationStatus
from monitor.views.documents import (
    AlertCounts,
    AlertDocument,
    PollingFigures,
    ReloadState,
    SeverityCounts,
    StatusDocument,
    Summary,
    TerminalCounts,
    TerminalRow,
)

NOW = "2026-11-21T01:00:12.000Z"


def row(terminal_id: str, health: Health = Health.OK, **changes: Any) -> TerminalRow:
    """Return a terminal that was heard of 12 s before NOW and has nothing special but `changes`."""
    settings: dict[str, Any] = {
        "terminal_id": terminal_id,
        "site": "Berlin 007",
        "health": health,
        "connectivity": Connectivity.ONLINE,
        "battery_percent": 87.0,
        "printer": PrinterStatus.OK,
        "registration": RegistrationStatus.REGISTERED,
        "last_heartbeat_at": "2026-11-21T01:00:00.000Z",
        "alerts": [],
    }
    return TerminalRow(**settings | changes)


def alert(alertname: str, severity: Severity = Severity.CRITICAL, **changes: Any) -> AlertDocument:
    """Return an alert about terminal 10000001, firing since five minutes before NOW, but for `changes`."""
    settings: dict[str, Any] = {
        "alertname": alertname,
        "subject": "10000001",
        "severity": severity,
        "category": Category.PRINTER,
        "state": AlertState.FIRING,
        "starts_at": "2026-11-21T00:55:12.000Z",
        "fired_at": "2026-11-21T00:56:12.000Z",
        "suppressed_by": None,
        "labels": {"alertname": alertname, "terminal_id": "10000001", "site": "Berlin 007"},
        "annotations": {"summary": "10000001: printer: paper out", "action": "Insert a new roll."},
    }
    return AlertDocument(**settings | changes)


def site_outage(site: str, state: AlertState = AlertState.FIRING) -> AlertDocument:
    """Return the alert of a site all of whose four terminals are silent."""
    return alert(
        "SiteOffline",
        subject=f"/site/{site}",
        state=state,
        category=Category.CONNECTIVITY,
        labels={"alertname": "SiteOffline", "site": site},
        annotations={"summary": f"{site}: 4 of 4 terminals of the site do not answer"},
    )


def status_document(summary: Summary, **changes: Any) -> StatusDocument:
    """Return the status of a daemon that is at work, but for `changes`."""
    settings: dict[str, Any] = {
        "summary": summary,
        "version": "0.1.0",
        "ready": True,
        "now": NOW,
        "started_at": "2026-11-21T00:00:00.000Z",
        "terminals": TerminalCounts(watched=1, online=1, offline=0, unknown=0, unpolled=0),
        "alerts": AlertCounts(firing=SeverityCounts(), pending=SeverityCounts(), suppressed=0),
        "fleet_outage": None,
        "sites": [],
        "last_reload": ReloadState(successful=True, attempted_at=None, succeeded_at=None),
        "polling": PollingFigures(
            results={},
            skipped={},
            in_flight=0,
            connections_kept=0,
            duration_p50_s=None,
            duration_p99_s=None,
            lateness_p99_s=None,
        ),
        "outbox_entries": 0,
    }
    return StatusDocument(**settings | changes)


def summary_of(rows: Iterable[TerminalRow]) -> Summary:
    """Count terminals by health."""
    summary = Summary()
    for terminal in rows:
        setattr(summary, terminal.health, getattr(summary, terminal.health) + 1)
    return summary
