"""The routes of reports."""

from monitor.domain.access.tokens import Scope
from monitor.views.availability_report.documents import AvailabilityReportDocument
from monitor.web.api.reports import ReportApi
from monitor.web.pages.report_pages import WORKBOOK, ReportPages
from monitor.web.routing.query import REPORT, REPORT_PAGE
from monitor.web.routing.route import Route

ERRORS = (400, 503)


def report_routes(api: ReportApi, pages: ReportPages) -> tuple[Route, ...]:
    """Return those of the API, of the page and of the files."""
    return (
        Route(
            method="GET",
            path="/api/v1/reports/availability",
            scope=Scope.READ,
            handler=api.availability,
            summary="Availability of terminals, sites, merchants, regions or models in a period.",
            answer=AvailabilityReportDocument,
            parameters=REPORT,
            errors=ERRORS,
        ),
        Route(
            method="GET",
            path="/reports",
            scope=Scope.READ,
            handler=pages.page,
            summary="Page of availability with a picker of the period.",
            answer="text/html",
            parameters=REPORT_PAGE,
            errors=ERRORS,
        ),
        *(
            Route(
                method="GET",
                path=f"/reports/availability.{ending}",
                scope=Scope.READ,
                handler=handler,
                summary=f"The report {said}.",
                answer=media_type,
                parameters=REPORT_PAGE,
                errors=ERRORS,
            )
            for ending, handler, media_type, said in (
                ("html", pages.printed, "text/html", "as one page for mail and paper"),
                ("csv", pages.csv, "text/csv", "as CSV"),
                ("xlsx", pages.workbook, WORKBOOK, "as a workbook"),
            )
        ),
    )
