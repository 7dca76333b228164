"""The page about posmon itself."""

from aiohttp import web

from monitor.ports.alert_sink import Delivery
from monitor.views.read_model import Sources
from monitor.views.status import status_document
from monitor.web.api.survey_cache import FleetSurvey
from monitor.web.pages.template_renderer import REFRESH_S, PageWriter
from monitor.web.routing.query import PAGE, read_query


class OwnHealthPage:
    """Signs of life, polling, store, receivers and the last reload."""

    def __init__(self, *, sources: Sources, survey: FleetSurvey, writer: PageWriter) -> None:
        self._sources = sources
        self._survey = survey
        self._writer = writer

    async def get(self, request: web.Request) -> web.Response:
        """Answer with it."""
        read_query(request.query, PAGE)
        sources = self._sources
        return await self._writer.page(
            request,
            "posmon.html",
            refresh_s=REFRESH_S,
            status=status_document(sources, await self._survey.latest()),
            signs=sources.signs(),
            store=sources.store_health(),
            receivers=self._receivers(),
            alerts=sources.book.about("/posmon").values(),
            access=sources.access,
        )

    def _receivers(self) -> list[tuple[str, dict[str, int], float | None]]:
        """Return each receiver with how often it was sent to by result, and when it last took something."""
        counts, taken = self._sources.notifications, self._sources.last_taken()
        names = sorted({name for name, _ in counts} | set(taken))
        return [
            (
                name,
                {result.value: counts.get((name, result), 0) for result in Delivery},
                taken[name].wall if name in taken else None,
            )
            for name in names
        ]
