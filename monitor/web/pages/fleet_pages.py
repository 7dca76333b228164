"""The pages about the fleet: rendered here, whole without any script."""

from urllib.parse import urlencode

import msgspec
from aiohttp import web
from multidict import MultiDict

from monitor.domain.alerts.subjects import SITE
from monitor.domain.detectors.index import OUTAGES
from monitor.domain.heartbeat.reading import Reading
from monitor.ports.store import Store
from monitor.views.component_severity import severities_of
from monitor.views.folds import Fold, by_owner
from monitor.views.hours_documents import LearntHours
from monitor.views.read_model import ReadModel
from monitor.views.status import status_document
from monitor.views.survey import Survey
from monitor.views.terminal_detail import terminal_detail
from monitor.views.terminal_listing import find_terminal
from monitor.views.terminal_segment import terminal_id_of
from monitor.web.api.cooperative import in_turns
from monitor.web.api.device_record import DeviceRecords
from monitor.web.api.learnt_hours import HoursLearner
from monitor.web.api.search import Search
from monitor.web.api.survey_cache import SurveyCache
from monitor.web.pages.chart import alert_bars, battery_lines, trend_chart
from monitor.web.pages.device_record_page import record_path
from monitor.web.pages.template_renderer import REFRESH_S, TemplateRenderer
from monitor.web.routing.problems import refused
from monitor.web.routing.query import PAGE, SITES_PAGE, TERMINALS_PAGE, read_query

HISTORY_LIMIT = 50
RECORD_LINES = 8
"""So many lines of the device record stand on the page of a terminal."""
FEW_THINGS = 5
"""So many things that need attention are shown with everything that is known of each."""
MOST_FOLDS = 12
"""More lines would not fit two screens."""
WALL_LINES = 6


class FleetPages:
    """Overview, lists of sites and terminals, and single terminal."""

    def __init__(
        self,
        *,
        read_model: ReadModel,
        search: Search,
        store: Store,
        survey: SurveyCache,
        records: DeviceRecords,
        writer: TemplateRenderer,
        learner: HoursLearner,
    ) -> None:
        self._read_model = read_model
        self._search = search
        self._store = store
        self._survey = survey
        self._records = records
        self._writer = writer
        self._learner = learner

    async def overview(self, request: web.Request) -> web.Response:
        """Answer with the fleet at a glance and what needs attention."""
        read_query(request.query, PAGE)
        survey = await self._survey.latest()
        status = status_document(self._read_model, survey)
        return await self._writer.page(
            request,
            "overview.html",
            refresh_s=REFRESH_S,
            status=status,
            **await self._at_a_glance(survey),
            dark_sites=[row for row in status.sites if row.outage],
            dark_total=self._dark_sites(),
            chart=trend_chart(self._read_model.trend, self._read_model.clock.now().wall),
        )

    async def wall(self, request: web.Request) -> web.Response:
        """Answer with a few large words for a screen on the wall."""
        read_query(request.query, PAGE)
        survey = await self._survey.latest()
        folds = await self._folds(survey)
        return await self._writer.page(
            request,
            "wall.html",
            refresh_s=REFRESH_S,
            status=status_document(self._read_model, survey),
            attention=survey.watchlist.attention(),
            folds=folds[:WALL_LINES],
            left_out=sum(fold.count for fold in folds[WALL_LINES:]),
        )

    async def sites(self, request: web.Request) -> web.Response:
        """Answer with the sites asked for, the worst first."""
        given = MultiDict((name, value) for name, value in request.query.items() if value)
        asked = read_query(given, SITES_PAGE)
        page = await self._search.sites(asked)
        return await self._writer.page(request, "sites.html", is_live=True, page=page, asked=asked)

    async def terminals(self, request: web.Request) -> web.Response:
        """Answer with a page of the terminals asked for."""
        # A form sends its empty fields as well.
        given = MultiDict((name, value) for name, value in request.query.items() if value)
        asked = read_query(given, TERMINALS_PAGE)
        query = [(name, value) for name, value in given.items() if name not in ("cursor", "lang")]
        page = await self._search.terminals(asked)
        return await self._writer.page(
            request,
            "terminals.html",
            page=page,
            asked=asked,
            is_first="cursor" not in asked,
            learnt=await self._learnt_at(asked.get("site", frozenset())),
            first_url=f"/terminals?{urlencode(query)}",
            next_url=f"/terminals?{urlencode([*query, ('cursor', page.next_cursor or '')])}",
        )

    async def terminal(self, request: web.Request) -> web.Response:
        """Answer with everything known of one terminal; from then on its battery is followed."""
        read_query(request.query, PAGE)
        watched = find_terminal(self._read_model.fleet, terminal_id_of(request.match_info["terminal_id"]))
        if watched is None:
            raise refused(404, "Not Found", "The inventory has no terminal of that id.")
        terminal_id, batteries = watched.terminal.terminal_id, self._read_model.batteries
        if watched.terminal.is_polled:
            batteries.follow(terminal_id)
        history = await self._store.history(terminal_id, limit=HISTORY_LIMIT)
        terminal = terminal_detail(watched, read_model=self._read_model, history=history)
        now = self._read_model.clock.now()
        event_tracker = self._read_model.event_tracker
        return await self._writer.page(
            request,
            "terminal.html",
            refresh_s=REFRESH_S,
            terminal=terminal,
            severities=severities_of(watched, self._read_model.book),
            raw=_as_written(terminal.reading),
            activity=event_tracker.queries.activity(terminal_id, now)
            if event_tracker and watched.events
            else None,
            record=await self._records.page(terminal_id, cursor=None, limit=RECORD_LINES),
            record_path=record_path(terminal_id),
            bars=alert_bars(terminal.history, now.wall),
            learnt=await self._learner.of_terminal(watched),
            battery=battery_lines(batteries.of(terminal_id), now.wall),
        )

    async def _learnt_at(self, sites: frozenset[str]) -> list[LearntHours]:
        """Return what was learnt of the one site that is asked for."""
        return await self._learner.of_site(*sites) if len(sites) == 1 else []

    async def _at_a_glance(self, survey: Survey) -> dict[str, object]:
        """Return what needs attention: each thing of a few, else a line for each kind of alert."""
        attention = survey.watchlist.attention()
        is_bad_day = attention.total > FEW_THINGS
        folds = await self._folds(survey) if is_bad_day else []
        return {
            "attention": attention,
            "is_bad_day": is_bad_day,
            "owners": by_owner(folds[:MOST_FOLDS]),
            "folds_left_out": max(0, len(folds) - MOST_FOLDS),
            "held": survey.watchlist.held.most_common(),
        }

    async def _folds(self, survey: Survey) -> list[Fold]:
        work = survey.watchlist.fold_book.folding(self._read_model)
        return await in_turns(work, self._read_model.clock)

    def _dark_sites(self) -> int:
        counts = self._read_model.book.counts
        return sum(count for (alertname, _, _), count in counts.items() if alertname == OUTAGES[SITE])


def _as_written(reading: Reading | None) -> str:
    """Return a heartbeat as JSON that people can read, without the fields that it leaves out."""
    if reading is None:
        return ""
    known = {name: value for name, value in msgspec.to_builtins(reading).items() if value is not None}
    return msgspec.json.format(msgspec.json.encode(known), indent=2).decode()
