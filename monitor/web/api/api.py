"""The JSON API."""

import msgspec
from aiohttp import web

from monitor.ports.store import Store
from monitor.views.parent_listing import parent_page
from monitor.views.read_model import ReadModel
from monitor.views.source_listing import source_page
from monitor.views.status import status_document
from monitor.views.terminal_detail import terminal_detail
from monitor.views.terminal_listing import find_terminal
from monitor.views.terminal_segment import terminal_id_of
from monitor.web.api.search import Search
from monitor.web.api.survey_cache import SurveyCache
from monitor.web.routing.problems import refused
from monitor.web.routing.query import ALERTS, TERMINALS, read_query

HISTORY_LIMIT = 50


class Api:
    """Answers with the documents of `monitor.views.documents`."""

    def __init__(self, *, read_model: ReadModel, search: Search, store: Store, survey: SurveyCache) -> None:
        self._read_model = read_model
        self._search = search
        self._store = store
        self._survey = survey

    async def status(self, request: web.Request) -> web.Response:
        """Answer with the fleet at a glance."""
        read_query(request.query, ())
        return json_response(status_document(self._read_model, await self._survey.latest()))

    async def terminals(self, request: web.Request) -> web.Response:
        """Answer with a page of terminals."""
        return json_response(await self._search.terminals(read_query(request.query, TERMINALS)))

    async def terminal(self, request: web.Request) -> web.Response:
        """Answer with everything known of one terminal."""
        read_query(request.query, ())
        watched = find_terminal(self._read_model.fleet, terminal_id_of(request.match_info["terminal_id"]))
        if watched is None:
            raise refused(404, "Not Found", "The inventory has no terminal of that id.")
        history = await self._store.history(watched.terminal.terminal_id, limit=HISTORY_LIMIT)
        return json_response(terminal_detail(watched, read_model=self._read_model, history=history))

    async def sources(self, request: web.Request) -> web.Response:
        """Answer with all sources."""
        read_query(request.query, ())
        fleet = self._read_model.fleet
        return json_response(source_page(fleet.sources, self._read_model.clock.now()))

    async def parents(self, request: web.Request) -> web.Response:
        """Answer with all that terminals hang on."""
        read_query(request.query, ())
        return json_response(parent_page(self._read_model.fleet, self._read_model.clock.now()))

    async def alerts(self, request: web.Request) -> web.Response:
        """Answer with a page of open alerts."""
        return json_response(await self._search.alerts(read_query(request.query, ALERTS)))


def json_response(document: msgspec.Struct) -> web.Response:
    """Return a document as a response."""
    return web.Response(body=msgspec.json.encode(document), content_type="application/json")
