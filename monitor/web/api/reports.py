"""Reports on availability, over the API."""

import re
from contextlib import aclosing, suppress
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.domain.availability.period import InvalidReport, read_report_query
from monitor.domain.errors import Fault
from monitor.ports.availability_reports import AvailabilityReports, ReportFailed, gathered
from monitor.ports.clock import Clock
from monitor.views.availability_report.document import report_document
from monitor.views.availability_report.documents import AvailabilityReportDocument
from monitor.web.api.api import json_response
from monitor.web.api.cooperative import in_turns
from monitor.web.routing.problems import refused
from monitor.web.routing.query import REPORT, read_query

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_DECEMBER = 12


class ReportDesk:
    """Reads what is asked for and has it worked out; without `reports` nothing is (503)."""

    def __init__(self, *, reports: AvailabilityReports | None, clock: Clock) -> None:
        self._reports = reports
        self._clock = clock

    async def report(self, asked: dict[str, Any]) -> AvailabilityReportDocument:
        """Return the report that a query asks for; raises InvalidReport for a wrong period."""
        reports, now = self._reports, self._clock.now().wall
        if reports is None:
            raise refused(503, "Service Unavailable", "No history is kept yet.")
        try:
            first = await reports.first_second()
            query = read_report_query(_written(asked, now), now=now, first_second=first)
            async with aclosing(reports.stream(query)) as parts:
                rows, summary = await gathered(parts)
        except ReportFailed as error:
            raise refused(503, "Service Unavailable", str(error)) from None
        return await in_turns(report_document(query, rows, summary, now=now), self._clock)


class ReportApi:
    """`/api/v1/reports/availability`."""

    def __init__(self, desk: ReportDesk) -> None:
        self._desk = desk

    async def availability(self, request: web.Request) -> web.Response:
        """Answer with a report; 400 names what is wrong with its period."""
        asked = read_query(request.query, REPORT)
        try:
            return json_response(await self._desk.report(asked))
        except InvalidReport as error:
            raise refused(400, "Bad Request", in_one_sentence(error)) from None


def in_one_sentence(error: InvalidReport) -> str:
    """Return the faults of a period, each with its field."""
    return "; ".join(f"{fault.field}: {fault.reason}" for fault in error.faults)


def _written(asked: dict[str, Any], now: float) -> dict[str, str]:
    """Return what is asked for with `from` and `to` for a month; one that runs has no `to`."""
    written = {name: str(value) for name, value in asked.items()}
    month = written.pop("month", "")
    if not month:
        return written
    match = _MONTH.fullmatch(month)
    if match is None:
        raise _wrong_month("is no month such as 2026-11")
    if "from" in written or "to" in written:
        raise _wrong_month("stands for from and to; give either the one or the others")
    year, number = int(match[1]), int(match[2])
    if (year, number) == _month_of(now, written.get("timezone", "UTC")):
        return written | {"from": month}
    following = (year + 1, 1) if number == _DECEMBER else (year, number + 1)
    return written | {"from": month, "to": f"{following[0]:04}-{following[1]:02}"}


def _month_of(now: float, timezone: str) -> tuple[int, int]:
    """Return the month that runs; an unknown zone is refused elsewhere."""
    zone: tzinfo = UTC
    with suppress(OSError, ValueError, KeyError):
        zone = ZoneInfo(timezone)
    here = datetime.fromtimestamp(now, zone)
    return here.year, here.month


def _wrong_month(reason: str) -> InvalidReport:
    return InvalidReport([Fault(source="request", field="month", reason=reason)])
