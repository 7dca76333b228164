"""Open alerts as documents, page by page."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.alerts.alert import Alert, AlertState, Category, Owner, Severity
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.suppression.hold import Hold
from monitor.domain.suppression.suppression import Suppression
from monitor.views.chunked_work import Steps, parts
from monitor.views.cursor import BadCursor, decode_cursor, encode_cursor
from monitor.views.documents import DEFAULT_LIMIT, AlertDocument, AlertPage, HoldDocument

_ANY: frozenset[str] = frozenset()
_LOUDEST_FIRST = tuple(Severity)
_LOUD = (Severity.CRITICAL, Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Matches alerts that have one of the values of every field given; an empty set matches all.

    `held` says whether something must hold them back, None that it does not matter. `unattended` are critical
    and warning ones that fire and that nothing holds back. `acknowledged_by` are authors.
    """

    state: frozenset[AlertState] = frozenset()
    severity: frozenset[Severity] = frozenset()
    category: frozenset[Category] = frozenset()
    owner: frozenset[Owner] = frozenset()
    alertname: frozenset[str] = _ANY
    terminal_id: frozenset[str] = _ANY
    site: frozenset[str] = _ANY
    region: frozenset[str] = _ANY
    model: frozenset[str] = _ANY
    held: bool | None = None
    unattended: bool = False
    acknowledged_by: frozenset[str] = _ANY

    def matches(self, alert: Alert) -> bool:
        """Tell whether an alert matches."""
        labels = alert.labels
        return (
            (not self.state or alert.state in self.state)
            and (not self.severity or alert.severity in self.severity)
            and (not self.category or alert.category in self.category)
            and (not self.owner or labels.get("owner") in self.owner)
            and (not self.alertname or alert.alertname in self.alertname)
            and (not self.terminal_id or labels.get("terminal_id") in self.terminal_id)
            and (not self.site or labels.get("site") in self.site)
            and (not self.region or labels.get("region") in self.region)
            and (not self.model or labels.get("model") in self.model)
            and (not self.unattended or self._calls_for_somebody(alert))
        )

    def matches_what_holds(self, alert: Alert, suppression: Suppression, now: Instant) -> bool:
        """Tell whether it matches an alert by what holds that back."""
        held = False if self.unattended else self.held
        if held is not None and (suppression.hold(alert, now) is not None) is not held:
            return False
        if not self.acknowledged_by:
            return True
        known = suppression.on_call.acknowledgement_of(alert, now.wall)
        return known is not None and known.by in self.acknowledged_by

    @staticmethod
    def _calls_for_somebody(alert: Alert) -> bool:
        return alert.state is AlertState.FIRING and alert.severity in _LOUD


def alert_document(alert: Alert, *, suppression: Suppression, now: Instant) -> AlertDocument:
    """Return one open alert as a document."""
    holds = suppression.holds(alert, now)
    return AlertDocument(
        alertname=alert.alertname,
        subject=alert.subject,
        severity=alert.severity,
        category=alert.category,
        state=alert.state,
        starts_at=rfc3339(alert.since.wall),
        fired_at=rfc3339(alert.fired_at.wall) if alert.fired_at else None,
        suppressed_by=holds[0].by if holds else None,
        labels=alert.labels,
        annotations=alert.annotations,
        held=[_hold_document(hold) for hold in holds],
    )


def _hold_document(hold: Hold) -> HoldDocument:
    until = None if hold.until is None else rfc3339(hold.until)
    return HoldDocument(
        reason=hold.reason.value,
        by=hold.by,
        words=hold.words,
        until=until,
        author=hold.author,
        comment=hold.comment,
    )


def paging_alerts(
    wanted: AlertFilter,
    *,
    book: AlertBook,
    suppression: Suppression,
    now: Instant,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Steps[AlertPage]:
    """Return the open alerts after `cursor` that are wanted, the loudest first, at most `limit`.

    Those of one severity are in the order of their subjects. Raises BadCursor.
    """
    reached, *after = decode_cursor(cursor, parts=3) if cursor else ("", "", "")
    subjects = sorted(_subjects(wanted, book))
    shown: list[AlertDocument] = []
    for severity in _severities_from(reached, wanted, book):
        last = after if severity.value == reached else ["", ""]
        for part in parts(subjects[bisect_left(subjects, last[0]) :]):
            for subject in part:
                alerts = book.about(subject)
                for alertname in sorted(name for name in alerts if [subject, name] > last):
                    alert = alerts[alertname]
                    if alert.severity is not severity or not wanted.matches(alert):
                        continue
                    if wanted.matches_what_holds(alert, suppression, now):
                        shown.append(alert_document(alert, suppression=suppression, now=now))
                if len(shown) > limit:
                    return _page(shown, limit)
            yield
    return _page(shown, limit)


def _subjects(wanted: AlertFilter, book: AlertBook) -> Iterable[str]:
    """Return the subjects that the wanted alerts may be about."""
    if not wanted.alertname:
        return book.subjects()
    return {subject for alertname in wanted.alertname for subject in book.named(alertname)}


def _severities_from(reached: str, wanted: AlertFilter, book: AlertBook) -> list[Severity]:
    """Return the severities that are left to be listed, the loudest first, "" standing before all."""
    try:
        rest = _LOUDEST_FIRST[_LOUDEST_FIRST.index(Severity(reached)) if reached else 0 :]
    except ValueError:
        raise BadCursor("not a cursor of this listing") from None
    there = {severity for (_, severity, _), count in book.counts.items() if count}
    return [one for one in rest if one in there and (not wanted.severity or one in wanted.severity)]


def _page(found: list[AlertDocument], limit: int) -> AlertPage:
    shown = found[:limit]
    if len(found) <= limit:
        return AlertPage(alerts=shown, next_cursor=None)
    last = shown[-1]
    return AlertPage(alerts=shown, next_cursor=encode_cursor(last.severity, last.subject, last.alertname))
