"""The routes of what the journal tells of the last days and weeks."""

from monitor.domain.access.tokens import Scope
from monitor.views.digest_documents import DigestDocument
from monitor.views.hours_documents import HoursPage
from monitor.web.api.digest import DigestApi
from monitor.web.api.hours import HoursApi
from monitor.web.routing.query import DIGEST, HOURS
from monitor.web.routing.route import Route


def journal_routes(digest: DigestApi, hours: HoursApi) -> tuple[Route, ...]:
    """Return those of the API."""
    return (
        Route(
            method="GET",
            path="/api/v1/digest",
            scope=Scope.READ,
            handler=digest.digest,
            summary="What fired in the last days, what recurs, and what nobody acknowledged.",
            answer=DigestDocument,
            parameters=DIGEST,
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
