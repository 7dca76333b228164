"""A report as a document."""

from collections.abc import Sequence

from monitor import __version__
from monitor.domain.availability.report import (
    AvailabilityRow,
    CauseRow,
    LateWindow,
    ReportQuery,
    ReportSummary,
)
from monitor.domain.instant import rfc3339
from monitor.views.availability_report.documents import (
    AvailabilityReportDocument,
    AvailabilityRowDocument,
    CauseDocument,
    LateWindowDocument,
    RepairTimesDocument,
)
from monitor.views.chunked_work import Steps, parts


def report_document(
    query: ReportQuery, found: Sequence[AvailabilityRow], summary: ReportSummary, *, now: float
) -> Steps[AvailabilityReportDocument]:
    """Return a report as the API has it."""
    rows: list[AvailabilityRowDocument] = []
    for some in parts(found):
        rows += map(_row, some)
        yield
    return AvailabilityReportDocument(
        since=rfc3339(query.since),
        until=rfc3339(query.until),
        by=query.by.value,
        timezone=query.timezone,
        generated_at=rfc3339(now),
        version=__version__,
        rows=rows,
        total=_row(summary.total),
        worst=[_row(row) for row in summary.worst],
        by_cause=[_cause(row) for row in summary.by_cause],
        by_cohort=[_row(row) for row in summary.by_cohort],
        late_windows=[_late(window) for window in summary.late_windows],
        history_begins=None if summary.first_second is None else rfc3339(summary.first_second),
        unreadable_rows=summary.unreadable,
    )


def _row(row: AvailabilityRow) -> AvailabilityRowDocument:
    return AvailabilityRowDocument(
        key=row.key,
        terminals=row.terminals,
        seconds={state.value: seconds for state, seconds in row.seconds.by_state().items()},
        availability=row.availability,
        service_level=row.service_level,
        coverage=row.coverage,
        availability_bounds=row.availability_bounds,
        outages=row.outages,
        mttr_seconds=RepairTimesDocument(mean=row.mttr.mean, median=row.mttr.median, p90=row.mttr.p90),
        mtta_seconds=row.mtta_s,
        mtbf_seconds=row.mtbf_s,
    )


def _cause(row: CauseRow) -> CauseDocument:
    return CauseDocument(cause=row.cause, outages=row.outages, seconds=row.seconds)


def _late(window: LateWindow) -> LateWindowDocument:
    return LateWindowDocument(
        name=window.name,
        by=window.by,
        comment=window.comment,
        declared_at=rfc3339(window.declared_at),
        begin=rfc3339(window.begin),
        end=rfc3339(window.end),
    )
