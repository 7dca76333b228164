"""The page of reports, and reports as files."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from multidict import MultiDict

from monitor.domain.availability.period import InvalidReport
from monitor.domain.availability.report import GroupBy
from monitor.ports.clock import Clock
from monitor.views.availability_report.csv_form import report_csv
from monitor.views.availability_report.documents import AvailabilityReportDocument
from monitor.views.availability_report.workbook import report_workbook
from monitor.views.chunked_work import Steps
from monitor.web.api.cooperative import in_turns
from monitor.web.api.reports import ReportDesk, in_one_sentence
from monitor.web.pages.template_renderer import TemplateRenderer
from monitor.web.routing.problems import refused
from monitor.web.routing.query import REPORT_PAGE, read_query

ROWS_SHOWN = 200
"""So many rows are on the page; the files have all of them."""
MONTHS_OFFERED = 13
_NOTHING_ASKED = {"from": "", "to": "", "month": "", "by": GroupBy.SITE, "timezone": "UTC"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportPages:
    """A report in the browser, with a picker of its period, and for printing, as CSV and as a workbook."""

    def __init__(self, *, desk: ReportDesk, clock: Clock, writer: TemplateRenderer) -> None:
        self._desk = desk
        self._clock = clock
        self._writer = writer

    async def page(self, request: web.Request) -> web.Response:
        """Answer with the picker and the report that it asks for, or what is wrong with its period."""
        asked = _asked(request)
        report, problem = None, ""
        try:
            report = await self._desk.report(asked)
        except InvalidReport as error:
            problem = in_one_sentence(error)
            if "text/html" not in request.headers.get(hdrs.ACCEPT, ""):
                raise refused(400, "Bad Request", problem) from None
        answer = await self._writer.page(
            request,
            "reports.html",
            report=_shown(report) if report else None,
            problem=problem,
            rows_shown=ROWS_SHOWN,
            asked=_NOTHING_ASKED | asked,
            months=_months(self._clock.now().wall),
            groups=list(GroupBy),
            files=urlencode([(name, str(value)) for name, value in asked.items()]),
        )
        if problem:
            answer.set_status(400)
        return answer

    async def printed(self, request: web.Request) -> web.Response:
        """Answer with the report as one file that needs nothing else, for mail and for paper."""
        report = await self._report(request)
        answer = await self._writer.page(
            request, "report_file.html", report=_shown(report), rows_shown=len(report.rows)
        )
        answer.headers[hdrs.CONTENT_DISPOSITION] = _named(report, "html")
        return answer

    async def csv(self, request: web.Request) -> web.Response:
        """Answer with the rows as CSV."""
        return await self._file(request, "csv", report_csv, "text/csv", charset="utf-8")

    async def workbook(self, request: web.Request) -> web.Response:
        """Answer with the report as a workbook."""
        return await self._file(request, "xlsx", report_workbook, WORKBOOK)

    async def _file(
        self,
        request: web.Request,
        ending: str,
        form: Callable[[AvailabilityReportDocument], Steps[bytes]],
        media_type: str,
        charset: str | None = None,
    ) -> web.Response:
        report = await self._report(request)
        return web.Response(
            body=await in_turns(form(report), self._clock),
            headers={hdrs.CONTENT_DISPOSITION: _named(report, ending)},
            content_type=media_type,
            charset=charset,
        )

    async def _report(self, request: web.Request) -> AvailabilityReportDocument:
        try:
            return await self._desk.report(_asked(request))
        except InvalidReport as error:
            raise refused(400, "Bad Request", in_one_sentence(error)) from None


def _asked(request: web.Request) -> dict[str, Any]:
    # A form sends its empty fields as well.
    given = MultiDict((name, value) for name, value in request.query.items() if value)
    asked = read_query(given, REPORT_PAGE)
    asked.pop("lang", None)
    return asked


def _shown(report: AvailabilityReportDocument) -> dict[str, object]:
    """Return a report with its first and last day by the clock of its zone."""
    zone = ZoneInfo(report.timezone)
    first, end = (datetime.fromisoformat(moment).astimezone(zone) for moment in (report.since, report.until))
    last = end - timedelta(seconds=1)
    return {"document": report, "from_day": f"{first:%Y-%m-%d}", "last_day": f"{last:%Y-%m-%d}"}


def _months(wall: float) -> list[str]:
    """Return the last months, this one first, as `2026-11`."""
    today = datetime.fromtimestamp(wall).astimezone()
    count = today.year * 12 + today.month - 1
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(count, count - MONTHS_OFFERED, -1)]


def _named(report: AvailabilityReportDocument, ending: str) -> str:
    """Return the header of a file's name, which holds nothing that anybody wrote."""
    name = f"availability-{report.by}-{report.since[:10]}-{report.until[:10]}.{ending}"
    return f'attachment; filename="{name}"'
