"""The whole fleet at a glance."""

import monitor
from monitor.domain.alerts.alert import AlertState, Severity
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import FLEET, FLEET_SUBJECT
from monitor.domain.detectors.index import OUTAGES
from monitor.domain.fleet.health import Connectivity
from monitor.domain.instant import rfc3339
from monitor.domain.polling.poll_result import SAYS_NOTHING, Outcome
from monitor.domain.polling.statistics import Histogram, SkipReason
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.views.alert_listing import alert_document
from monitor.views.beside_alerts import with_company
from monitor.views.census import Census
from monitor.views.documents import (
    AlertCounts,
    AlertDocument,
    PollingFigures,
    ReloadState,
    SeverityCounts,
    StatusDocument,
    TerminalCounts,
)
from monitor.views.parent_listing import parents_down
from monitor.views.read_model import ReadModel
from monitor.views.survey import Survey
from monitor.views.terminal_listing import summary_of


def status_document(read_model: ReadModel, survey: Survey) -> StatusDocument:
    """Return the fleet at a glance, as a survey found it."""
    census = survey.census
    return StatusDocument(
        summary=summary_of(census.healths),
        version=monitor.__version__,
        ready=read_model.ready(),
        now=rfc3339(read_model.clock.now().wall),
        started_at=rfc3339(read_model.started_at.wall),
        terminals=_terminal_counts(read_model, census),
        alerts=_alert_counts(read_model.book, suppressed=survey.watchlist.suppressed),
        fleet_outage=_fleet_outage(read_model),
        sites=list(survey.sites),
        last_reload=_reload_state(read_model.reloads),
        polling=_polling_figures(read_model),
        outbox_entries=read_model.outbox_entries(),
        parents_down=parents_down(read_model.fleet),
    )


def quantile_s(histogram: Histogram, share: float) -> float | None:
    """Return the estimated `share` quantile (0-1) in seconds, None when nothing was observed.

    Linear within a bucket, as Prometheus' `histogram_quantile`; beyond the last bound, that bound.
    """
    wanted = share * sum(histogram.counts)
    if wanted == 0:
        return None
    below, low = 0, 0.0
    for high, count in zip(histogram.bounds, histogram.counts, strict=False):
        if count and below + count >= wanted:
            return low + (high - low) * (wanted - below) / count
        below += count
        low = high
    return low


def _terminal_counts(read_model: ReadModel, census: Census) -> TerminalCounts:
    counts = census.connectivities
    return TerminalCounts(
        watched=sum(counts.values()),
        online=counts[Connectivity.ONLINE],
        offline=counts[Connectivity.OFFLINE],
        unknown=counts[Connectivity.UNKNOWN],
        unpolled=len(read_model.fleet.unpolled),
        closed=census.closed,
    )


def _alert_counts(book: AlertBook, *, suppressed: int) -> AlertCounts:
    return AlertCounts(
        firing=_by_severity(book, AlertState.FIRING),
        pending=_by_severity(book, AlertState.PENDING),
        suppressed=suppressed,
    )


def _by_severity(book: AlertBook, state: AlertState) -> SeverityCounts:
    totals = dict.fromkeys(Severity, 0)
    for (_, severity, counted), count in book.counts.items():
        if counted is state:
            totals[severity] += count
    return SeverityCounts(
        critical=totals[Severity.CRITICAL], warning=totals[Severity.WARNING], info=totals[Severity.INFO]
    )


def _fleet_outage(read_model: ReadModel) -> AlertDocument | None:
    alert = read_model.book.find(OUTAGES[FLEET], FLEET_SUBJECT)
    if alert is None:
        return None
    document = alert_document(alert, suppression=read_model.suppression, now=read_model.clock.now())
    return with_company(document, read_model)


def _reload_state(reloads: ReloadStatus) -> ReloadState:
    return ReloadState(
        successful=reloads.successful,
        attempted_at=rfc3339(reloads.attempted.wall) if reloads.attempted else None,
        succeeded_at=rfc3339(reloads.succeeded.wall) if reloads.succeeded else None,
    )


def _polling_figures(read_model: ReadModel) -> PollingFigures:
    polls = read_model.polls
    return PollingFigures(
        results={outcome.value: polls.results[outcome] for outcome in Outcome if outcome not in SAYS_NOTHING},
        skipped={reason.value: polls.skipped[reason] for reason in SkipReason},
        in_flight=read_model.in_flight(),
        connections_kept=read_model.connections_kept(),
        duration_p50_s=quantile_s(polls.duration, 0.5),
        duration_p99_s=quantile_s(polls.duration, 0.99),
        lateness_p99_s=quantile_s(polls.lateness, 0.99),
    )
