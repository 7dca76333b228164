"""Every route, asked by everybody there is."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.domain.access.tokens import GRANTS, Scope, TokenRing
from monitor.views.cursor import encode_cursor
from monitor.web.routing.body import FORM
from monitor.web.routing.route import Route
from tests.fakes import START
from tests.fleets import make_fleet
from tests.integration.web.site import FakeDesk, FakeDevices, FakeIntake, Site, route_table, serving
from tests.tokens import issued

HOLDERS = {scope: issued(number, scope) for number, scope in enumerate(Scope, start=1)}
EXPIRED = issued(11, Scope.OPERATE, expires_at=START.wall)
REVOKED = issued(12, Scope.OPERATE, revoked_at=START.wall)
STRANGER = issued(13, Scope.ADMIN)
RING = TokenRing([*(item.token for item in HOLDERS.values()), EXPIRED.token, REVOKED.token])

ALERT = encode_cursor("TerminalOffline", "10000000", "")
OPEN = {"/-/healthy", "/-/ready"}
ROUTES = route_table()


def basic(password: str, user: str = "anyone") -> str:
    """Return what a browser sends for a user and a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


NOBODIES: dict[str, str] = {
    "an expired token": f"Bearer {EXPIRED.text}",
    "a revoked token": f"Bearer {REVOKED.text}",
    "a token nobody issued": f"Bearer {STRANGER.text}",
    "no token of this form": "Bearer hunter2",
    "nothing behind the scheme": "Bearer",
    "another scheme": f"Digest {HOLDERS[Scope.ADMIN].text}",
    "no scheme": HOLDERS[Scope.ADMIN].text,
    "an empty field": "",
    "a token as the user": basic("", HOLDERS[Scope.ADMIN].text),
    "a broken password": "Basic %%%",
    "an endless field": "Bearer " + "x" * 4000,
}


@asynccontextmanager
async def guarded() -> AsyncIterator[Site]:
    """Serve a fleet that asks for tokens."""
    living = make_fleet(1)
    living.make_offline("10000000")
    async with serving(
        living, tokens=lambda: RING, intake=FakeIntake(), desk=FakeDesk(), devices=FakeDevices()
    ) as site:
        yield site


async def status_of(site: Site, route: Route, authorization: str | None) -> int:
    """Return what a route answers to a header field, None for no such field."""
    headers = {} if authorization is None else {"Authorization": authorization}
    path = (
        route.path.replace("{terminal_id}", "10000000")
        .replace("{name}", "page.css")
        .replace("{id}", "s1")
        .replace("/alerts/{alertname}", "/alerts/TerminalOffline?subject=10000000")
        .replace("{alertname}", "PaperOut")
    )
    options: dict[str, Any] = {}
    if FORM in route.takes:
        options = {"data": {"do": "silence-1h", "alert": ALERT, "comment": "x"}, "allow_redirects": False}
    elif route.takes:
        options = {"json": {"terminal_id": "10000000", "events": []}}
    return await site.status(route.method, path, headers=headers, **options)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_each_route_answers_its_scope_only(route: Route) -> None:
    """401 for nobody, 403 for a scope that does not reach, an answer for one that does."""
    async with guarded() as site:
        nobody = await status_of(site, route, None)
        statuses = {
            scope: await status_of(site, route, f"Bearer {holder.text}") for scope, holder in HOLDERS.items()
        }
    reaching = {scope for scope in Scope if route.scope is None or route.scope in GRANTS[scope]}
    assert nobody == (route.status if route.scope is None else 401)
    assert statuses == {scope: route.status if scope in reaching else 403 for scope in Scope}


@pytest.mark.parametrize("what", NOBODIES)
async def test_no_route_answers_what_is_no_token(what: str) -> None:
    """Whatever is presented in a token's place opens nothing."""
    statuses = {}
    async with guarded() as site:
        for route in ROUTES:
            statuses[route.path] = await status_of(site, route, NOBODIES[what])
            site.living.clock.turn(60.0)
    assert {path for path, status in statuses.items() if status != 401} == OPEN


def test_only_signs_of_life_are_open() -> None:
    """A new route that everybody may ask has to be named here."""
    assert {route.path for route in ROUTES if route.scope is None} == OPEN


async def test_what_is_not_there_is_told_to_readers_only() -> None:
    """Strangers do not learn which paths there are."""
    async with guarded() as site:
        assert (await site.problem("/nope")).status == 401
        assert (await site.problem("/nope", headers=HOLDERS[Scope.PUSH].header)).status == 403
        assert (await site.problem("/nope", headers=HOLDERS[Scope.READ].header)).status == 404
        assert (await site.problem("/", method="DELETE")).status == 401


async def test_a_password_does_as_well() -> None:
    """A browser is asked for user and password, and the token is the password of any user."""
    async with guarded() as site:
        response, _ = await site.get("/", headers={"Accept": "text/html"})
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith('Basic realm="posmon"')
        assert 'Bearer realm="posmon"' in response.headers["WWW-Authenticate"]
        response, _ = await site.get("/", headers={"Authorization": basic(HOLDERS[Scope.READ].text)})
        assert response.status == 200


async def test_two_credentials_are_none() -> None:
    """A request that says two things is refused instead of being read one way."""
    good = HOLDERS[Scope.READ].header["Authorization"]
    headers = [("Authorization", good), ("Authorization", good)]
    async with guarded() as site:
        assert (await site.problem("/metrics", headers=headers)).status == 401


@pytest.mark.parametrize("name", ["token", "access_token"])
async def test_a_token_in_a_url_is_refused(name: str) -> None:
    """URLs end up in logs and histories, so a token there is refused even if it is good."""
    async with guarded() as site:
        with capture_logs() as events:
            problem = await site.problem(f"/metrics?{name}={HOLDERS[Scope.READ].text}")
    assert problem.status == 400
    assert [event["event"] for event in events] == ["audit.token_in_url"]
    assert HOLDERS[Scope.READ].text not in json.dumps(events)


async def test_a_source_of_failures_is_slowed_down_and_its_good_tokens_are_not() -> None:
    """Guessing ends in 429 and one line of log; who has a token is served from the same address."""
    async with guarded() as site:
        with capture_logs() as events:
            wrong = [await site.get("/metrics", headers=STRANGER.header) for _ in range(40)]
        good, _ = await site.get("/metrics", headers=HOLDERS[Scope.READ].header)
        assert good.status == 200
        nobody, _ = await site.get("/metrics")
        assert nobody.status == 401
        site.living.clock.turn(10.0)
        later, _ = await site.get("/metrics", headers=STRANGER.header)
        _, metrics = await site.get("/metrics", headers=HOLDERS[Scope.READ].header)
    statuses = [answer.status for answer, _ in wrong]
    assert statuses == [401] * 30 + [429] * 10
    assert wrong[-1][0].headers["Retry-After"] == "5"
    assert later.status == 401
    names = [event["event"] for event in events]
    assert names.count("audit.authentication_failed") == 30
    assert names.count("audit.authentication_flood") == 1
    assert b'posmon_authentication_failures_total{reason="unknown"} 41.0' in metrics
    assert b'posmon_authentication_failures_total{reason="missing"} 1.0' in metrics


@pytest.mark.parametrize("kind", ["token_in_url", "forbidden"])
async def test_whatever_is_refused_often_fills_no_log(kind: str) -> None:
    """Who keeps asking for what it may not hears so each time; the log tells thirty times, then once."""
    path, method = ("/metrics?token=x", "GET") if kind == "token_in_url" else ("/-/reload", "POST")
    async with guarded() as site:
        with capture_logs() as events:
            answers = [await site.ask(method, path, headers=HOLDERS[Scope.READ].header) for _ in range(40)]
        good, _ = await site.get("/metrics", headers=HOLDERS[Scope.READ].header)
    assert good.status == 200
    names = [event["event"] for event in events]
    assert {answer.status for answer, _ in answers} == {400 if kind == "token_in_url" else 403}
    assert names.count(f"audit.{kind}") == 30
    assert names.count("audit.authentication_flood") == 1
    assert len(names) == 31


HOSTILE = ("\x9b31m", "\u2028", '"}{"event": "forged"', "\xff", "Bearer\tx\ty")


@pytest.mark.parametrize("text", HOSTILE)
async def test_nothing_of_a_credential_is_logged(text: str) -> None:
    """What is presented is refused and its reason logged, never the text."""
    async with guarded() as site:
        with capture_logs() as events:
            response, _ = await site.get("/metrics", headers={"Authorization": f"Bearer {text}"})
    assert response.status == 401
    (event,) = (event for event in events if event["event"] == "audit.authentication_failed")
    assert event == {
        "event": "audit.authentication_failed",
        "log_level": "warning",
        "who": "127.0.0.1",
        "address": "127.0.0.1",
        "what": "GET /metrics",
        "outcome": "refused",
        "reason": "malformed",
    }


async def test_who_reloads_is_on_record() -> None:
    """A reload names the token that asked for it; one beyond its scope names who tried."""
    async with guarded() as site:
        with capture_logs() as events:
            await site.ask("POST", "/-/reload", headers=HOLDERS[Scope.OPERATE].header)
            await site.ask("POST", "/-/reload", headers=HOLDERS[Scope.READ].header)
    told = [(event["event"], event["who"], event["outcome"]) for event in events]
    assert told == [
        ("audit.reload", "token 0000000002", "done"),
        ("audit.forbidden", "token 0000000001", "refused"),
    ]


async def test_any_host_will_do_where_tokens_are_asked_for() -> None:
    """Behind a proxy posmon has names it does not know; writes from other sites stay refused."""
    headers = HOLDERS[Scope.OPERATE].header | {"Host": "posmon.shop.example"}
    async with guarded() as site:
        response, _ = await site.get("/metrics", headers=headers)
        assert response.status == 200
        crossing = headers | {"Origin": "https://attacker.example"}
        assert (await site.problem("/-/reload", method="POST", headers=crossing)).status == 403


async def test_without_tokens_everybody_may_do_everything() -> None:
    """On a machine of its own posmon asks nobody, whatever is presented."""
    living = make_fleet(1)
    living.make_offline("10000000")
    async with serving(living, intake=FakeIntake(), desk=FakeDesk(), devices=FakeDevices()) as site:
        for route in ROUTES:
            assert await status_of(site, route, None) == route.status
            assert await status_of(site, route, f"Bearer {STRANGER.text}") == route.status
