"""Alerts as CSV."""

from collections.abc import Iterable

from monitor.views.csv_text import csv_of
from monitor.views.documents import AlertDocument
from monitor.views.terminal_row import what_it_says

HEADER = (
    "alertname",
    "severity",
    "state",
    "owner",
    "starts_at",
    "fired_at",
    "subject",
    "terminal_id",
    "site",
    "region",
    "model",
    "summary",
    "cause",
    "action",
    "held_reason",
    "held_until",
    "held_words",
)


def alerts_csv(alerts: Iterable[AlertDocument]) -> bytes:
    """Return a row for each alert below HEADER, in UTF-8 with a byte order mark, which spreadsheets need."""
    return b"\xef\xbb\xbf" + csv_of([HEADER, *map(_row, alerts)])


def _row(alert: AlertDocument) -> list[str]:
    labels, said = alert.labels, alert.annotations
    first = alert.held[0] if alert.held else None
    cells = (
        alert.alertname,
        alert.severity.value,
        alert.state.value,
        labels.get("owner", ""),
        alert.starts_at,
        alert.fired_at or "",
        alert.subject,
        *(labels.get(name, "") for name in ("terminal_id", "site", "region", "model")),
        what_it_says(alert),
        said.get("cause", ""),
        said.get("action", ""),
        first.reason if first else "",
        (first.until or "") if first else "",
        "; ".join(hold.words for hold in alert.held),
    )
    return ["".join(sign if sign.isprintable() else " " for sign in cell) for cell in cells]
