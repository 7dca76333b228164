"""Where reports on availability come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.domain.availability.report import AvailabilityRow, ReportQuery, ReportSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityReport:
    """A whole report: its rows by key, and what it says beside them."""

    query: ReportQuery
    summary: ReportSummary
    rows: Sequence[AvailabilityRow]


class AvailabilityReports(Protocol):
    """Calculates reports beside the polling, which it does not delay."""

    async def first_second(self) -> int | None:
        """Return when the history begins, unix seconds; None without any."""
        ...

    async def report(self, query: ReportQuery) -> AvailabilityReport:
        """Return the report of a period that is over, or runs until now."""
        ...
