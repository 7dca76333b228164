"""Open alerts as documents, page by page."""

from dataclasses import dataclass

from monitor.domain.alert import Alert, AlertState, Category, Severity
from monitor.domain.alert_book import AlertBook
from monitor.domain.fleet import Fleet
from monitor.domain.instant import rfc3339
from monitor.domain.suppression import suppressor
from monitor.views.cursor import decode_cursor, encode_cursor
from monitor.views.documents import DEFAULT_LIMIT, AlertDocument, AlertPage

_ANY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Matches alerts that have one of the values of every field given; an empty set matches all."""

    state: frozenset[AlertState] = frozenset()
    severity: frozenset[Severity] = frozenset()
    category: frozenset[Category] = frozenset()
    alertname: frozenset[str] = _ANY
    terminal_id: frozenset[str] = _ANY
    site: frozenset[str] = _ANY
    region: frozenset[str] = _ANY

    def matches(self, alert: Alert) -> bool:
        """Tell whether an alert matches."""
        labels = alert.labels
        return (
            (not self.state or alert.state in self.state)
            and (not self.severity or alert.severity in self.severity)
            and (not self.category or alert.category in self.category)
            and (not self.alertname or alert.alertname in self.alertname)
            and (not self.terminal_id or labels.get("terminal_id") in self.terminal_id)
            and (not self.site or labels.get("site") in self.site)
            and (not self.region or labels.get("region") in self.region)
        )


def alert_document(alert: Alert, *, book: AlertBook, fleet: Fleet) -> AlertDocument:
    """Return one open alert as a document."""
    return AlertDocument(
        alertname=alert.alertname,
        subject=alert.subject,
        severity=alert.severity,
        category=alert.category,
        state=alert.state,
        starts_at=rfc3339(alert.since.wall),
        fired_at=rfc3339(alert.fired_at.wall) if alert.fired_at else None,
        suppressed_by=suppressor(alert, book=book, fleet=fleet),
        labels=alert.labels,
        annotations=alert.annotations,
    )


def alert_page(
    wanted: AlertFilter, *, book: AlertBook, fleet: Fleet, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> AlertPage:
    """Return the open alerts after `cursor` that are wanted, at most `limit`. Raises BadCursor."""
    after = tuple(decode_cursor(cursor, parts=2)) if cursor else ()
    found = [alert for alert in book if _place(alert) > after and wanted.matches(alert)]
    found.sort(key=_place)
    shown = found[:limit]
    return AlertPage(
        alerts=[alert_document(alert, book=book, fleet=fleet) for alert in shown],
        next_cursor=encode_cursor(*_place(shown[-1])) if len(found) > limit else None,
    )


def _place(alert: Alert) -> tuple[str, str]:
    return alert.subject, alert.alertname
