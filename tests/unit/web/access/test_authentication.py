from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Refusal, Scope, TokenRing
from monitor.web.access.authentication import FAILURES_AT_ONCE, Authentication
from monitor.web.access.callers import caller_of
from monitor.web.routing.problems import Refused
from monitor.web.routing.route_index import RouteIndex
from tests.fakes import FakeClock
from tests.tokens import issued
from tests.unit.web.routing.routed import resolved, route

ROUTES = (
    route("GET", "/-/healthy", None),
    route("GET", "/api/v1/status", Scope.READ),
    route("POST", "/-/reload", Scope.OPERATE),
)
READER = issued(1, Scope.READ, name="grafana")
STATUS = ("GET", "/api/v1/status")


class Door:
    """A web side that asks for tokens, unless told otherwise."""

    def __init__(self, *, asks: bool = True) -> None:
        self.statistics = AccessStatistics()
        self.clock = FakeClock()
        self.callers: list[str] = []
        self._authentication = Authentication(
            tokens=(lambda: TokenRing([READER.token])) if asks else None,
            routes=RouteIndex(ROUTES),
            clock=self.clock,
            statistics=self.statistics,
        )

    async def ask(self, method: str, path: str, **headers: str) -> None:
        """Let a request in, or raise Refused."""
        await self._authentication(await resolved(ROUTES, method, path, **headers), self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.callers.append(caller_of(request).label)
        return web.Response()

    async def refusal(self, method: str, path: str, **headers: str) -> Refused:
        """Return why a request is refused."""
        with pytest.raises(Refused) as refused:
            await self.ask(method, path, **headers)
        return refused.value


async def test_a_token_in_force_is_let_in_by_its_name() -> None:
    """For what its scope grants."""
    door = Door()
    await door.ask(*STATUS, **READER.header)
    assert door.callers == ["grafana"]


async def test_a_public_route_asks_nobody() -> None:
    """And where no tokens are in use, no route does."""
    door, open_door = Door(), Door(asks=False)
    await door.ask("GET", "/-/healthy")
    await open_door.ask("POST", "/-/reload")
    assert (len(door.callers), len(open_door.callers)) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, Refusal.MISSING),
        ({"Authorization": "Digest x"}, Refusal.SCHEME),
        ({"Authorization": "Bearer x"}, Refusal.MALFORMED),
        (issued(2, Scope.READ).header, Refusal.UNKNOWN),
    ],
)
async def test_without_a_good_token_a_request_is_refused(fields: dict[str, Any], reason: Refusal) -> None:
    """The answer challenges, the reason is counted, and a token that was not given is no failure to log."""
    door = Door()
    with capture_logs() as lines:
        refused = await door.refusal(*STATUS, **fields)
    assert refused.problem.status == 401
    assert refused.headers["WWW-Authenticate"].startswith('Basic realm="posmon"')
    assert door.statistics.refusals == {reason: 1}
    assert [line["event"] for line in lines] == ["audit.authentication_failed"] * bool(fields)


async def test_a_scope_that_is_not_granted_is_forbidden() -> None:
    """The answer names the scope."""
    door = Door()
    refused = await door.refusal("POST", "/-/reload", **READER.header)
    assert (refused.problem.status, door.statistics.forbidden) == (403, 1)
    assert 'scope="operate"' in refused.headers["WWW-Authenticate"]


async def test_a_token_in_a_url_is_refused_and_not_logged() -> None:
    """Logs along the way keep URLs; the audit log says that it happened."""
    with capture_logs() as lines:
        refused = await Door().refusal("GET", "/api/v1/status?token=posmon_s3cret")
    assert refused.problem.status == 400
    assert [line["event"] for line in lines] == ["audit.token_in_url"]
    assert "s3cret" not in str(lines)


async def test_a_source_of_wrong_tokens_is_made_to_wait_and_logged_once() -> None:
    """Its good tokens are served all the same, and after a while it may fail again."""
    door = Door()
    wrong = issued(2, Scope.READ).header
    with capture_logs() as lines:
        statuses = [
            (await door.refusal(*STATUS, **wrong)).problem.status for _ in range(int(FAILURES_AT_ONCE) + 3)
        ]
        await door.ask(*STATUS, **READER.header)
    assert statuses == [401] * int(FAILURES_AT_ONCE) + [429] * 3
    assert [line["event"] for line in lines].count("audit.authentication_flood") == 1
    door.clock.turn(60.0)
    assert (await door.refusal(*STATUS, **wrong)).problem.status == 401
