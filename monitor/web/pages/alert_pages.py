"""The pages about alerts: all that are open, and one with its timeline."""

from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiDict

from monitor.ports.store import Store
from monitor.views.alert_listing import alert_document
from monitor.views.read_model import ReadModel
from monitor.views.terminal_detail import transition_document
from monitor.views.terminal_listing import find_terminal
from monitor.web.api.search import Search
from monitor.web.pages.template_renderer import REFRESH_S, TemplateRenderer
from monitor.web.routing.problems import refused
from monitor.web.routing.query import ALERT_PAGE, ALERTS_PAGE, read_query

TIMELINE_LIMIT = 100


class AlertPages:
    """List and single alert."""

    def __init__(
        self, *, read_model: ReadModel, search: Search, store: Store, writer: TemplateRenderer
    ) -> None:
        self._read_model = read_model
        self._search = search
        self._store = store
        self._writer = writer

    async def index(self, request: web.Request) -> web.Response:
        """Answer with a page of the open alerts asked for."""
        # A form sends its empty fields as well.
        given = MultiDict((name, value) for name, value in request.query.items() if value)
        asked = read_query(given, ALERTS_PAGE)
        query = [(name, value) for name, value in given.items() if name not in ("cursor", "lang")]
        page = await self._search.alerts(asked)
        return await self._writer.page(
            request,
            "alerts.html",
            is_live=True,
            page=page,
            asked=asked,
            is_first="cursor" not in asked,
            first_url=f"/alerts?{urlencode(query)}",
            next_url=f"/alerts?{urlencode([*query, ('cursor', page.next_cursor or '')])}",
        )

    async def alert(self, request: web.Request) -> web.Response:
        """Answer with one alert, open or not; 404 when there was never such a one."""
        asked = read_query(request.query, ALERT_PAGE)
        subject, alertname = asked["subject"], request.match_info["alertname"]
        history = await self._store.history(subject, limit=TIMELINE_LIMIT)
        timeline = [transition_document(step) for step in history if step.alertname == alertname]
        alert = self._read_model.book.find(alertname, subject)
        if alert is None and not timeline:
            raise refused(404, "Not Found", "There is no such alert.")
        model, now = self._read_model, self._read_model.clock.now()
        return await self._writer.page(
            request,
            "alert.html",
            refresh_s=REFRESH_S,
            alertname=alertname,
            subject=subject,
            terminal_id=subject if find_terminal(model.fleet, subject) else "",
            alert=alert_document(alert, suppression=model.suppression, now=now) if alert else None,
            has_runbook=alertname in self._read_model.runbooks.alertnames,
            timeline=timeline,
        )
