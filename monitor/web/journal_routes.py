"""The routes of what the journal tells of the last days and weeks."""

from monitor.domain.access.tokens import Scope
from monitor.views.digest_documents import DigestDocument
from monitor.views.hours_documents import HoursPage
from monitor.web.api.digest import DigestApi
from monitor.web.api.hours import HoursApi
from monitor.web.pages.digest_page import DigestPage
from monitor.web.routing.query import DIGEST, DIGEST_PAGE, HOURS
from monitor.web.routing.route import Route


def journal_routes(api: DigestApi, page: DigestPage, hours: HoursApi) -> tuple[Route, ...]:
    """Return those of the API and of the page of a digest."""
    return (
        Route(
            method="GET",
            path="/api/v1/digest",
            scope=Scope.READ,
            handler=api.digest,
            summary="What happened in a period: what fired, who was told, what recurs, what nobody acted on.",
            answer=DigestDocument,
            parameters=DIGEST,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/digest",
            scope=Scope.READ,
            handler=page.get,
            summary="Page that sums up a period: what fired, who was told, what nobody acted on.",
            answer="text/html",
            parameters=DIGEST_PAGE,
            errors=(400,),
        ),
        Route(
            method="GET",
            path="/api/v1/inventory/hours",
            scope=Scope.READ,
            handler=hours.hours,
            summary="Opening hours that terminals keep to and the inventory lacks or contradicts.",
            answer=HoursPage,
            parameters=HOURS,
            errors=(400,),
        ),
    )
