"""The hours that terminals keep to, over the API."""

from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.domain.instant import rfc3339
from monitor.views.hours_documents import HoursPage
from monitor.views.read_model import ReadModel
from monitor.web.api.api import json_response
from monitor.web.api.learnt_hours import DAY_S, DEFAULT_DAYS, HoursLearner
from monitor.web.routing.problems import refused
from monitor.web.routing.query import HOURS, read_query


class HoursApi:
    """`/api/v1/inventory/hours`."""

    def __init__(self, *, read_model: ReadModel, learner: HoursLearner) -> None:
        self._read_model = read_model
        self._learner = learner

    async def hours(self, request: web.Request) -> web.Response:
        """Answer with what was learnt of all terminals, or of those of the sites asked for."""
        asked = read_query(request.query, HOURS)
        days, sites = asked.get("days", DEFAULT_DAYS), asked.get("site", frozenset())
        until = self._read_model.clock.now().wall
        terminals = [one.terminal for one in self._read_model.fleet]
        if sites:
            terminals = [terminal for terminal in terminals if terminal.site in sites]
        zone = _zone(asked.get("timezone", ""))
        found = await self._learner.learn(terminals, until=until, days=days, zone=zone)
        return json_response(
            HoursPage(
                since=rfc3339(until - days * DAY_S),
                until=rfc3339(until),
                days=days,
                hours=sorted(found.hours, key=lambda one: (one.site, one.terminal_ids)),
                terminals=len(terminals),
                as_given=found.as_given,
                not_learnt={why.value: count for why, count in sorted(found.not_learnt.items())},
            )
        )


def _zone(name: str) -> str:
    """Return the name of a zone, "" when none is given; refuses (400) what names none."""
    if name:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            reason = "timezone: is no time zone; write one as in Asia/Shanghai"
            raise refused(400, "Bad Request", reason) from None
    return name
