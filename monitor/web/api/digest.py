"""The summary of the last days, over the API."""

from aiohttp import web

from monitor.domain.digest.period_log import PeriodLog
from monitor.domain.on_call.action import Action
from monitor.ports.clock import Clock
from monitor.ports.store import Store
from monitor.views.digest_listing import digest_document
from monitor.web.api.api import json_response
from monitor.web.routing.query import DIGEST, read_query

DAY_S = 86_400.0
ACTIONS_AT_ONCE = 500


class DigestApi:
    """`/api/v1/digest`."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def digest(self, request: web.Request) -> web.Response:
        """Answer with what happened in the days before now; one day when not asked for more."""
        days = read_query(request.query, DIGEST).get("days", 1)
        until = self._clock.now().wall
        since = until - days * DAY_S
        log = PeriodLog(since=since, until=until, actions=await self._actions(since))
        async for steps in self._store.steps(since, until):
            log.take(steps)
        return json_response(digest_document(log.digest()))

    async def _actions(self, since: float) -> list[Action]:
        """Return what people did since a time, newest first."""
        found: list[Action] = []
        before: int | None = None
        while page := await self._store.actions(before=before, limit=ACTIONS_AT_ONCE):
            recent = [one for one in page if one.at >= since]
            found += recent
            before = page[-1].number
            if len(recent) < len(page):
                break
        return found
