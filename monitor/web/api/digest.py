"""The summary of a period, over the API."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from monitor.domain.digest.suggestion import InForce
from monitor.domain.instant import parse_rfc3339
from monitor.ports.store import Store
from monitor.views.digest_documents import DigestDocument
from monitor.views.digest_listing import digest_document
from monitor.views.digest_reading import read_digest
from monitor.views.read_model import ReadModel
from monitor.web.api.api import json_response
from monitor.web.routing.problems import refused
from monitor.web.routing.query import DIGEST, read_query

DAY_S = 86_400.0
LONGEST_DAYS = 31


class DigestApi:
    """`/api/v1/digest`."""

    def __init__(self, *, store: Store, read_model: ReadModel) -> None:
        self._store = store
        self._read_model = read_model

    async def digest(self, request: web.Request) -> web.Response:
        """Answer with what happened in a period; the day before now when not asked for another."""
        asked = read_query(request.query, DIGEST)
        return json_response(await self.document(*period_asked(asked, self.now)))

    @property
    def now(self) -> float:
        """The present, in unix seconds."""
        return self._read_model.clock.now().wall

    async def document(self, since: float, until: float) -> DigestDocument:
        """Return the summary of a period (unix seconds)."""
        model = self._read_model
        in_force = InForce(setting=model.setting, tells_shops=model.tells_shops)
        return digest_document(await read_digest(self._store, since, until), in_force)


def period_asked(asked: Mapping[str, Any], now: float) -> tuple[float, float]:
    """Return beginning and end of the period that a query asks for; refuses (400) one that is none."""
    if "days" in asked:
        if "from" in asked or "to" in asked:
            raise refused(400, "Bad Request", "days: stands alone, or `from` and `to` do")
        return now - asked["days"] * DAY_S, now
    until = min(now, _moment(asked, "to", now))
    since = _moment(asked, "from", until - DAY_S)
    if since >= until:
        raise refused(400, "Bad Request", "from: is not before `to`, or is still to come")
    if until - since > LONGEST_DAYS * DAY_S:
        raise refused(400, "Bad Request", f"from: is more than {LONGEST_DAYS} days before `to`")
    return since, until


def _moment(asked: Mapping[str, Any], name: str, otherwise: float) -> float:
    if name not in asked:
        return otherwise
    wall = parse_rfc3339(asked[name])
    if wall is None:
        raise refused(400, "Bad Request", f"{name}: is no time such as 2026-12-05T22:00:00Z")
    return wall
