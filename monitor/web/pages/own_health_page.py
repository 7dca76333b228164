"""The page about posmon itself."""

from aiohttp import web

from monitor.ports.alert_sink import Delivery
from monitor.views.read_model import ReadModel
from monitor.views.status import status_document
from monitor.web.api.survey_cache import SurveyCache
from monitor.web.pages.template_renderer import REFRESH_S, TemplateRenderer
from monitor.web.routing.query import PAGE, read_query


class OwnHealthPage:
    """Signs of life, polling, store, receivers and the last reload."""

    def __init__(self, *, read_model: ReadModel, survey: SurveyCache, writer: TemplateRenderer) -> None:
        self._read_model = read_model
        self._survey = survey
        self._writer = writer

    async def get(self, request: web.Request) -> web.Response:
        """Answer with it."""
        read_query(request.query, PAGE)
        read_model = self._read_model
        return await self._writer.page(
            request,
            "posmon.html",
            refresh_s=REFRESH_S,
            status=status_document(read_model, await self._survey.latest()),
            liveness_checks=read_model.liveness_checks(),
            store=read_model.store_health(),
            receivers=self._receivers(),
            alerts=read_model.book.about("/posmon").values(),
            access=read_model.access,
            sources=read_model.fleet.sources.values(),
        )

    def _receivers(self) -> list[tuple[str, dict[str, int], float | None]]:
        """Return each receiver with how often it was sent to by result, and when it last took something."""
        counts, taken = self._read_model.notifications, self._read_model.last_taken()
        names = sorted({name for name, _ in counts} | set(taken))
        return [
            (
                name,
                {result.value: counts.get((name, result), 0) for result in Delivery},
                taken[name].wall if name in taken else None,
            )
            for name in names
        ]
