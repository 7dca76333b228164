"""Reports on availability, made beside the daemon."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Protocol

from monitor.domain.availability.report import AvailabilityRow, ReportQuery, ReportSummary

ReportPart = Sequence[AvailabilityRow] | ReportSummary


class ReportFailed(Exception):
    """The report could not be made: the store cannot be read, or the process ended. `str()` says why."""


class AvailabilityReports(Protocol):
    """Works out reports from the recorded facts, outside the event loop and at a low priority.

    One report is made at a time; others wait. Pages, commands and mails read a query with
    `domain.availability.period.read_report_query`, then `stream` it.
    """

    async def first_second(self) -> int | None:
        """Return when the recorded history begins (unix seconds), None without any; raises ReportFailed."""
        ...

    def stream(self, query: ReportQuery) -> AsyncGenerator[ReportPart, None]:
        """Yield the rows in portions, ordered by key, and as the last part the summary.

        A report by terminal has a row for each terminal: do not keep all portions of a large fleet. Raises
        ReportFailed, perhaps after some portions. Close the iterator to give the report up.
        """
        ...


async def gathered(
    parts: AsyncIterator[ReportPart],
) -> tuple[list[AvailabilityRow], ReportSummary]:
    """Return all rows of a report and its summary; raises ReportFailed."""
    rows: list[AvailabilityRow] = []
    summary: ReportSummary | None = None
    async for part in parts:
        if isinstance(part, ReportSummary):
            summary = part
        else:
            rows += part
    if summary is None:
        raise ReportFailed("the report has no end")
    return rows, summary
