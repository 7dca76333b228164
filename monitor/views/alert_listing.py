"""Open alerts as documents, page by page."""

from bisect import bisect_left
from dataclasses import dataclass

from monitor.domain.alert import Alert, AlertState, Category, Severity
from monitor.domain.alert_book import AlertBook
from monitor.domain.fleet import Fleet
from monitor.domain.instant import rfc3339
from monitor.domain.suppression import suppressor
from monitor.views.cursor import decode_cursor, encode_cursor
from monitor.views.documents import DEFAULT_LIMIT, AlertDocument, AlertPage
from monitor.views.steps import Steps, parts

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


def paging_alerts(
    wanted: AlertFilter, *, book: AlertBook, fleet: Fleet, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Steps[AlertPage]:
    """Return the open alerts after `cursor` that are wanted, at most `limit`. Raises BadCursor."""
    last_subject, last_name = decode_cursor(cursor, parts=2) if cursor else ("", "")
    subjects = sorted(book.subjects())
    shown: list[AlertDocument] = []
    for part in parts(subjects[bisect_left(subjects, last_subject) :]):
        for subject in part:
            after = last_name if subject == last_subject else ""
            for alertname, alert in sorted(book.about(subject).items()):
                if alertname > after and wanted.matches(alert):
                    shown.append(alert_document(alert, book=book, fleet=fleet))
            if len(shown) > limit:
                return _page(shown, limit)
        yield
    return _page(shown, limit)


def _page(found: list[AlertDocument], limit: int) -> AlertPage:
    shown = found[:limit]
    goes_on = len(found) > limit
    return AlertPage(
        alerts=shown, next_cursor=encode_cursor(shown[-1].subject, shown[-1].alertname) if goes_on else None
    )
