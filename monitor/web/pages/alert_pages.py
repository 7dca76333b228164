"""The pages about alerts: all that are open, and one with its timeline."""

from urllib.parse import quote, urlencode

from aiohttp import hdrs, web
from multidict import MultiDict

from monitor.ports.on_call_desk import OnCallDesk
from monitor.ports.store import Store
from monitor.views.alert_csv import alerts_csv
from monitor.views.alert_lines import AlertLine, alert_lines
from monitor.views.alert_listing import alert_document
from monitor.views.beside_alerts import with_company
from monitor.views.documents import MAX_LIMIT, AlertDocument
from monitor.views.read_model import ReadModel
from monitor.views.terminal_detail import transition_document
from monitor.views.terminal_listing import find_terminal
from monitor.web.access import caller_of
from monitor.web.api.search import Search
from monitor.web.pages.deeds import morning_after
from monitor.web.pages.on_call_pages import may_act
from monitor.web.pages.template_renderer import REFRESH_S, TemplateRenderer
from monitor.web.routing.problems import refused
from monitor.web.routing.query import ALERT_PAGE, ALERTS_CSV, ALERTS_PAGE, NO_FILTERS, read_query

TIMELINE_LIMIT = 100
MOST_CSV_ROWS = 20_000


class AlertPages:
    """List and single alert."""

    def __init__(
        self,
        *,
        read_model: ReadModel,
        search: Search,
        store: Store,
        writer: TemplateRenderer,
        desk: OnCallDesk | None,
    ) -> None:
        self._read_model = read_model
        self._search = search
        self._store = store
        self._writer = writer
        self._desk = desk

    async def index(self, request: web.Request) -> web.Response:
        """Answer with a page of the open alerts asked for."""
        # A form sends its empty fields as well.
        given = MultiDict((name, value) for name, value in request.query.items() if value)
        asked = read_query(given, ALERTS_PAGE)
        query = [(name, value) for name, value in given.items() if name not in ("cursor", *NO_FILTERS)]
        page = await self._search.alerts(asked)
        here = [*query, ("cursor", given["cursor"])] if "cursor" in given else query
        return await self._writer.page(
            request,
            "alerts.html",
            is_live=True,
            page=page,
            lines=self._lines(page.alerts),
            asked=asked,
            tabs=_tabs(query, caller_of(request).label),
            may_act=may_act(request, self._desk),
            morning=self._morning(),
            back=f"/alerts?{urlencode(here)}",
            is_first="cursor" not in asked,
            first_url=f"/alerts?{urlencode(query)}",
            csv_url=f"/alerts.csv?{urlencode([pair for pair in query if pair[0] != 'limit'])}",
            next_url=f"/alerts?{urlencode([*query, ('cursor', page.next_cursor or '')])}",
        )

    async def csv(self, request: web.Request) -> web.Response:
        """Answer with all alerts asked for, as CSV."""
        given = MultiDict((name, value) for name, value in request.query.items() if value)
        asked = read_query(given, ALERTS_CSV) | {"limit": MAX_LIMIT}
        found: list[AlertDocument] = []
        while len(found) < MOST_CSV_ROWS:
            page = await self._search.alerts(asked)
            found += page.alerts
            if page.next_cursor is None:
                break
            asked["cursor"] = page.next_cursor
        return web.Response(
            body=alerts_csv(found),
            headers={hdrs.CONTENT_DISPOSITION: 'attachment; filename="alerts.csv"'},
            content_type="text/csv",
            charset="utf-8",
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
        acts = may_act(request, self._desk)
        shown = []
        if alert is not None:
            shown = [with_company(alert_document(alert, suppression=model.suppression, now=now), model)]
        here = urlencode([("subject", subject)])
        return await self._writer.page(
            request,
            "alert.html",
            # A page that is asked for again would forget the comment that somebody writes.
            refresh_s=0 if acts and alert else REFRESH_S,
            is_live=acts and alert is not None,
            asked=asked,
            may_act=acts,
            lines=self._lines(shown),
            morning=self._morning(),
            back=f"/alerts/{quote(alertname)}?{here}",
            alertname=alertname,
            subject=subject,
            terminal_id=subject if find_terminal(model.fleet, subject) else "",
            alert=shown[0] if shown else None,
            has_runbook=alertname in self._read_model.runbooks.alertnames,
            timeline=timeline,
        )

    def _lines(self, alerts: list[AlertDocument]) -> list[AlertLine]:
        model = self._read_model
        return alert_lines(alerts, model.suppression.on_call, model.clock.now().wall)

    def _morning(self) -> str:
        """Return the end of a silence that lasts until the morning: `08:00 CET`."""
        return f"{morning_after(self._read_model.clock.now().wall):%H:%M %Z}"


def _tabs(query: list[tuple[str, str]], caller: str) -> list[tuple[str, str, bool]]:
    """Return name and address of each tab of the list, and whether it is the present one."""
    kept = [(name, value) for name, value in query if name not in _TAB_FILTERS]
    chosen = [(name, value) for name, value in query if name in _TAB_FILTERS]
    tabs = {
        "all": [],
        "unattended": [("unattended", "true")],
        "held": [("held", "true")],
        "mine": [("acknowledged_by", caller)],
    }
    return [
        (name, f"/alerts?{urlencode([*kept, *filters])}", chosen == filters) for name, filters in tabs.items()
    ]


_TAB_FILTERS = ("unattended", "held", "acknowledged_by")
