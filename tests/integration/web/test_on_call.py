"""Silences, acknowledgements and the record of actions over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from monitor.domain.access.tokens import Scope, TokenRing
from monitor.domain.instant import rfc3339
from monitor.services.on_call_desk import Desk
from monitor.views.cursor import encode_cursor
from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import Site, serving
from tests.reports import FakeReports
from tests.tokens import issued

READER, OPERATOR = issued(1), issued(2, Scope.OPERATE, name="ann")


@asynccontextmanager
async def desk_of(
    living: LivingFleet, *, with_tokens: bool = False, reports: FakeReports | None = None
) -> AsyncIterator[Site]:
    """Serve a fleet with a desk; what is said is durable at the next look."""
    board = living.evaluation.suppression.on_call

    async def saved() -> None:
        living.store.acted += board.drain_unsaved().actions

    desk = Desk(board=board, book=living.book, fleet=living.fleet, clock=living.clock, saved=saved)
    ring = TokenRing([READER.token, OPERATOR.token])
    tokens = (lambda: ring) if with_tokens else None
    async with serving(living, desk=desk, reports=reports or FakeReports(), tokens=tokens) as site:
        yield site


def out_of_paper() -> LivingFleet:
    """Return a fleet of which one terminal has no paper."""
    living = make_fleet(3)
    for _ in range(4):
        living.hear("10000000", printer={"status": "paper_out"})
        living.wait(30)
    return living


def silence(living: LivingFleet, **changes: Any) -> dict[str, Any]:
    """Return what is sent to silence the terminal for an hour."""
    until = rfc3339(living.clock.now().wall + 3600)
    return {"match": {"terminal_id": "10000000"}, "until": until, "comment": "works"} | changes


async def asked(site: Site, method: str, path: str, **options: Any) -> tuple[int, dict[str, Any]]:
    """Return status and document of an answer."""
    response, body = await site.ask(method, path, **options)
    return response.status, msgspec.json.decode(body)


async def test_a_silence_is_made_listed_shown_on_its_alert_and_ended() -> None:
    """And each step is in the record."""
    living = out_of_paper()
    async with desk_of(living) as site:
        status, made = await asked(site, "POST", "/api/v1/silences", json=silence(living, by="ann"))
        assert (status, made["by"], made["matched"], made["says"]) == (201, "ann", 1, "terminal_id=10000000")
        _, page = await asked(site, "GET", "/api/v1/silences")
        assert [one["id"] for one in page["silences"]] == [made["id"]]
        _, alerts = await asked(site, "GET", "/api/v1/alerts?alertname=PaperOut")
        (alert,) = alerts["alerts"]
        assert alert["suppressed_by"] == f"silence {made['id']}"
        assert alert["held"] == [
            {
                "reason": "silence",
                "by": f"silence {made['id']}",
                "words": "silenced by ann: works",
                "until": made["until"],
                "author": "ann",
                "comment": "works",
            }
        ]
        status, _ = await asked(site, "DELETE", f"/api/v1/silences/{made['id']}")
        assert status == 200
        assert (await asked(site, "GET", "/api/v1/silences"))[1]["silences"] == []
        _, record = await asked(site, "GET", "/api/v1/actions")
    assert [(one["what"], one["by"], one["via"], one["target"]) for one in record["actions"]] == [
        ("silence.end", "127.0.0.1", "api", made["id"]),
        ("silence.add", "ann", "api", made["id"]),
    ]


async def test_an_alert_is_acknowledged_once_and_refused_when_it_is_over() -> None:
    """409 says that it came too late."""
    living = out_of_paper()
    wish = {"alertname": "PaperOut", "terminal_id": "10000000", "comment": "on my way"}
    async with desk_of(living) as site:
        status, made = await asked(site, "POST", "/api/v1/acks", json=wish, headers={"Posmon-Via": "cli"})
        assert (status, made["subject"], made["until"]) == (201, "10000000", None)
        _, page = await asked(site, "GET", "/api/v1/acks")
        assert [one["id"] for one in page["acks"]] == [made["id"]]
        assert (await asked(site, "DELETE", f"/api/v1/acks/{made['id']}"))[0] == 200
        living.hear("10000000", printer={"status": "ok"})
        problem = await site.problem("/api/v1/acks", "POST", json=wish)
        assert problem.status == 409
        assert "over" in problem.detail
        assert (await site.problem(f"/api/v1/acks/{made['id']}", "DELETE")).status == 404
        _, record = await asked(site, "GET", "/api/v1/actions")
    assert [one["via"] for one in record["actions"]] == ["api", "cli"]


async def test_the_record_of_actions_is_read_page_by_page() -> None:
    """Newest first, none twice."""
    living = out_of_paper()
    async with desk_of(living) as site:
        for _ in range(5):
            await asked(site, "POST", "/api/v1/silences", json=silence(living))
        numbers, cursor = [], ""
        while True:
            _, page = await asked(site, "GET", f"/api/v1/actions?limit=2{cursor}")
            numbers += [one["number"] for one in page["actions"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert numbers == [5, 4, 3, 2, 1]
        for bad in ("abc", encode_cursor("9" * 23)):
            assert (await site.problem(f"/api/v1/actions?cursor={bad}")).status == 400


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, ""),
        (b"[]", 422, "is not an object"),
        (b"{}", 422, "until: is needed"),
    ],
)
async def test_a_bad_silence_is_refused_in_words(body: bytes, status: int, said: str) -> None:
    """With its fields."""
    async with desk_of(out_of_paper()) as site:
        headers = {"Content-Type": "application/json"}
        problem = await site.problem("/api/v1/silences", "POST", data=body, headers=headers)
        assert problem.status == status
        assert said in problem.detail
        assert bool(problem.faults) is (status == 422)
        problem = await site.problem(
            "/api/v1/silences", "POST", data=b"x", headers={"Content-Type": "text/csv"}
        )
        assert problem.status == 415


async def test_only_operators_may_say_anything_and_are_named_by_their_token() -> None:
    """What the document says of its author counts for nothing then."""
    living = out_of_paper()
    async with desk_of(living, with_tokens=True) as site:
        for method, path in (
            ("POST", "/api/v1/silences"),
            ("DELETE", "/api/v1/silences/x"),
            ("POST", "/api/v1/acks"),
            ("DELETE", "/api/v1/acks/x"),
        ):
            assert await site.status(method, path, headers=READER.header, json={}) == 403
            assert await site.status(method, path, json={}) == 401
        assert await site.status("GET", "/api/v1/silences", headers=READER.header) == 200
        body = silence(living, by="mallory")
        status, made = await asked(site, "POST", "/api/v1/silences", headers=OPERATOR.header, json=body)
        assert (status, made["by"]) == (201, "ann")


async def test_without_a_desk_nothing_is_taken() -> None:
    """It is not there yet."""
    async with serving(make_fleet(1)) as site:
        assert (await site.problem("/api/v1/silences", "POST", json={})).status == 503
        assert (await site.problem("/api/v1/silences/x", "DELETE")).status == 503
