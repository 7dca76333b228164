"""The JSON API."""

import msgspec
from aiohttp import web

from monitor.ports.store import Store
from monitor.views.alert_listing import AlertFilter, alert_page
from monitor.views.cursor import BadCursor
from monitor.views.sources import Sources
from monitor.views.status import status_document
from monitor.views.terminal_detail import find_terminal, terminal_detail
from monitor.views.terminal_listing import TerminalFilter, TerminalListing
from monitor.web.fleet_count import FleetCount
from monitor.web.problems import refused
from monitor.web.query import ALERTS, TERMINALS, read_query

HISTORY_LIMIT = 50


class Api:
    """Answers with the documents of `monitor.views.documents`."""

    def __init__(
        self, *, sources: Sources, listing: TerminalListing, store: Store, count: FleetCount
    ) -> None:
        self._sources = sources
        self._listing = listing
        self._store = store
        self._count = count

    async def status(self, request: web.Request) -> web.Response:
        """Answer with the fleet at a glance."""
        read_query(request.query, ())
        return json_response(status_document(self._sources, await self._count.census()))

    async def terminals(self, request: web.Request) -> web.Response:
        """Answer with a page of terminals."""
        asked = read_query(request.query, TERMINALS)
        paging = {name: asked.pop(name) for name in ("cursor", "limit") if name in asked}
        try:
            return json_response(self._listing.page(TerminalFilter(**asked), **paging))
        except BadCursor as error:
            raise refused(400, "Bad Request", f"cursor: {error}") from None

    async def terminal(self, request: web.Request) -> web.Response:
        """Answer with everything known of one terminal."""
        read_query(request.query, ())
        watched = find_terminal(self._sources.fleet, request.match_info["terminal_id"])
        if watched is None:
            raise refused(404, "Not Found", "The inventory has no terminal of that id.")
        history = await self._store.history(watched.terminal.terminal_id, limit=HISTORY_LIMIT)
        return json_response(terminal_detail(watched, sources=self._sources, history=history))

    async def alerts(self, request: web.Request) -> web.Response:
        """Answer with a page of open alerts."""
        asked = read_query(request.query, ALERTS)
        paging = {name: asked.pop(name) for name in ("cursor", "limit") if name in asked}
        book, fleet = self._sources.book, self._sources.fleet
        try:
            return json_response(alert_page(AlertFilter(**asked), book=book, fleet=fleet, **paging))
        except BadCursor as error:
            raise refused(400, "Bad Request", f"cursor: {error}") from None


def json_response(document: msgspec.Struct) -> web.Response:
    """Return a document as a response."""
    return web.Response(body=msgspec.json.encode(document), content_type="application/json")
