"""Listings as the API and the pages ask for them: bad cursors refused, others having their turns."""

from typing import Any

from monitor.views.alert_listing import AlertFilter, paging_alerts
from monitor.views.beside_alerts import with_company
from monitor.views.census import SiteCensus
from monitor.views.cursor import BadCursor
from monitor.views.documents import DEFAULT_LIMIT, AlertPage, TerminalPage
from monitor.views.read_model import ReadModel
from monitor.views.site_listing import Ranking, ranking
from monitor.views.terminal_listing import TerminalFilter, TerminalListing, summary_of
from monitor.web.api.cooperative import in_turns
from monitor.web.api.survey_cache import SurveyCache
from monitor.web.routing.problems import Refused, refused
from monitor.web.routing.query import NO_FILTERS

_PAGING = ("cursor", "limit")


class Search:
    """Finds terminals, sites and alerts; `asked` has the values of a query string, by name."""

    def __init__(self, *, read_model: ReadModel, survey: SurveyCache) -> None:
        self._read_model = read_model
        self._survey = survey
        self._listing = TerminalListing(fleet=read_model.fleet, book=read_model.book)

    async def terminals(self, asked: dict[str, Any]) -> TerminalPage:
        """Return a page of the terminals asked for; refuses (400) a cursor of another listing."""
        paging, filters = _apart(asked)
        wanted = TerminalFilter(**filters)
        if wanted.is_open and "cursor" not in paging:
            paging["summary"] = summary_of((await self._survey.latest()).census.healths)
        try:
            return await in_turns(self._listing.paging(wanted, **paging), self._read_model.clock)
        except BadCursor as error:
            raise _bad(error) from None

    async def sites(self, asked: dict[str, Any]) -> Ranking:
        """Return the worst of the sites asked for."""
        sought, regions = asked.get("q", "").casefold(), asked.get("region", frozenset())
        census = (await self._survey.latest()).census

        def wanted(site: SiteCensus) -> bool:
            return sought in site.site.casefold() and (not regions or site.region in regions)

        work = ranking(census, self._read_model.book, wanted=wanted, limit=asked.get("limit", DEFAULT_LIMIT))
        return await in_turns(work, self._read_model.clock)

    async def alerts(self, asked: dict[str, Any]) -> AlertPage:
        """Return a page of the open alerts asked for; refuses (400) a cursor of another listing."""
        paging, filters = _apart(asked)
        model = self._read_model
        work = paging_alerts(
            AlertFilter(**filters),
            book=model.book,
            suppression=model.suppression,
            now=model.clock.now(),
            **paging,
        )
        try:
            page = await in_turns(work, self._read_model.clock)
        except BadCursor as error:
            raise _bad(error) from None
        page.alerts = [with_company(alert, model) for alert in page.alerts]
        return page


def _apart(asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return which page is asked for, and which items on it."""
    paging = {name: value for name, value in asked.items() if name in _PAGING}
    return paging, {name: value for name, value in asked.items() if name not in {*_PAGING, *NO_FILTERS}}


def _bad(error: BadCursor) -> Refused:
    return refused(400, "Bad Request", f"cursor: {error}")
