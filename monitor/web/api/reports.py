"""Reports on availability, over the API."""

from typing import Any

from aiohttp import web

from monitor.domain.availability.period import read_period
from monitor.domain.availability.report import GroupBy, ReportQuery
from monitor.domain.errors import InvalidAction
from monitor.ports.availability_reports import AvailabilityReports
from monitor.ports.clock import Clock
from monitor.views.availability_report.document import report_document
from monitor.views.availability_report.documents import AvailabilityReportDocument
from monitor.web.api.api import json_response
from monitor.web.api.cooperative import in_turns
from monitor.web.routing.problems import refused
from monitor.web.routing.query import REPORT, read_query


class ReportDesk:
    """Reads what is asked for and has it calculated; without `reports` nothing is (503)."""

    def __init__(self, *, reports: AvailabilityReports | None, clock: Clock) -> None:
        self._reports = reports
        self._clock = clock

    async def report(self, asked: dict[str, Any]) -> AvailabilityReportDocument:
        """Return the report that a query asks for; raises InvalidAction for a wrong period."""
        reports, now = self._reports, self._clock.now().wall
        if reports is None:
            raise refused(503, "Service Unavailable", "No history is kept yet.")
        period = read_period(
            begin=asked.get("from", ""),
            end=asked.get("to", ""),
            month=asked.get("month", ""),
            timezone=asked.get("timezone", "UTC"),
            now=now,
            first_second=await reports.first_second(),
        )
        query = ReportQuery(
            since=period.since,
            until=period.until,
            by=asked.get("by", GroupBy.SITE),
            timezone=period.timezone,
        )
        return await in_turns(report_document(await reports.report(query), now=now), self._clock)


class ReportApi:
    """`/api/v1/reports/availability`."""

    def __init__(self, desk: ReportDesk) -> None:
        self._desk = desk

    async def availability(self, request: web.Request) -> web.Response:
        """Answer with a report; 400 names what is wrong with its period."""
        asked = read_query(request.query, REPORT)
        try:
            return json_response(await self._desk.report(asked))
        except InvalidAction as error:
            raise refused(400, "Bad Request", in_one_sentence(error)) from None


def in_one_sentence(error: InvalidAction) -> str:
    """Return the faults of a period, each with its field."""
    return "; ".join(f"{fault.field}: {fault.reason}" for fault in error.faults)
