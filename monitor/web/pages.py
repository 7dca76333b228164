"""The pages for people: rendered here, no script, refreshed by the browser itself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from multidict import MultiDict

from monitor import __version__
from monitor.domain.instant import rfc3339
from monitor.domain.runbook_text import plain, spans
from monitor.ports.store import Store
from monitor.views.attention import attention
from monitor.views.cursor import BadCursor
from monitor.views.documents import Problem
from monitor.views.sources import Sources
from monitor.views.status import status_document
from monitor.views.terminal_detail import find_terminal, terminal_detail
from monitor.views.terminal_listing import TerminalFilter, TerminalListing
from monitor.web import wording
from monitor.web.assets import Assets
from monitor.web.problems import refused
from monitor.web.query import TERMINALS, read_query
from monitor.web.turns import count_fleet

REFRESH_S = 15
MOST_CONCERNS = 100
HISTORY_LIMIT = 50


class Pages:
    """Overview, list of terminals, single terminal, and errors."""

    def __init__(self, *, sources: Sources, listing: TerminalListing, store: Store, assets: Assets) -> None:
        self._sources = sources
        self._listing = listing
        self._store = store
        self._templates = _environment(assets)

    async def overview(self, request: web.Request) -> web.Response:
        """Answer with the fleet at a glance and what needs attention."""
        read_query(request.query, ())
        status = status_document(self._sources, await count_fleet(self._sources))
        return self.page(
            "overview.html",
            refresh_s=REFRESH_S,
            status=status,
            attention=attention(self._sources, limit=MOST_CONCERNS),
            dark_sites=[row for row in status.sites if row.outage],
            dark_total=self._dark_sites(),
        )

    async def terminals(self, request: web.Request) -> web.Response:
        """Answer with a page of the terminals asked for."""
        # A form sends its empty fields as well.
        given = MultiDict((name, value) for name, value in request.query.items() if value)
        asked = read_query(given, TERMINALS)
        query = [(name, value) for name, value in given.items() if name != "cursor"]
        paging = {name: asked.pop(name) for name in ("cursor", "limit") if name in asked}
        try:
            page = self._listing.page(TerminalFilter(**asked), **paging)
        except BadCursor as error:
            raise refused(400, "Bad Request", f"cursor: {error}") from None
        return self.page(
            "terminals.html",
            page=page,
            asked=asked,
            is_first="cursor" not in paging,
            first_url=f"/terminals?{urlencode(query)}",
            next_url=f"/terminals?{urlencode([*query, ('cursor', page.next_cursor or '')])}",
        )

    async def terminal(self, request: web.Request) -> web.Response:
        """Answer with everything known of one terminal."""
        read_query(request.query, ())
        watched = find_terminal(self._sources.fleet, request.match_info["terminal_id"])
        if watched is None:
            raise refused(404, "Not Found", "The inventory has no terminal of that id.")
        history = await self._store.history(watched.terminal.terminal_id, limit=HISTORY_LIMIT)
        terminal = terminal_detail(watched, sources=self._sources, history=history)
        return self.page("terminal.html", refresh_s=REFRESH_S, terminal=terminal)

    def error(self, problem: Problem) -> str:
        """Return an error as a page."""
        return self._render("error.html", problem=problem)

    def _dark_sites(self) -> int:
        counts = self._sources.book.counts
        return sum(count for (alertname, _, _), count in counts.items() if alertname == "SiteOffline")

    def page(self, template: str, **names: object) -> web.Response:
        """Return the page that a template makes of `names`."""
        return web.Response(text=self._render(template, **names), content_type="text/html")

    def _render(self, template: str, **names: object) -> str:
        now = self._sources.clock.now()
        context: Mapping[str, Any] = {"refresh_s": 0, "now": rfc3339(now.wall), "now_s": now.wall} | names
        return self._templates.get_template(template).render(context)


def _environment(assets: Assets) -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "age": wording.age,
        "moment": wording.moment,
        "when": wording.when,
        "percentage": wording.percentage,
        "parts": wording.parts_of,
        "plain": plain,
        "since": wording.since,
        "spans": spans,
        "spoken": wording.spoken,
    }
    environment.globals |= {"asset": assets.url, "version": __version__}
    for name in environment.list_templates():
        environment.get_template(name)
    return environment
