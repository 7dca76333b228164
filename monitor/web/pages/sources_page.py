"""The page about the sources that speak for many terminals at once."""

from aiohttp import web

from monitor.views.read_model import ReadModel
from monitor.views.source_listing import source_page
from monitor.web.pages.template_renderer import REFRESH_S, TemplateRenderer
from monitor.web.routing.query import PAGE, read_query


class SourcesPage:
    """How well each source can be asked, and how well its list and the inventory agree."""

    def __init__(self, *, read_model: ReadModel, writer: TemplateRenderer) -> None:
        self._read_model = read_model
        self._writer = writer

    async def get(self, request: web.Request) -> web.Response:
        """Answer with it."""
        read_query(request.query, PAGE)
        read_model = self._read_model
        return await self._writer.page(
            request,
            "sources.html",
            refresh_s=REFRESH_S,
            sources=source_page(read_model.fleet.sources, read_model.clock.now()).sources,
            alerts=read_model.book.about,
        )
