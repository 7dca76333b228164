"""What is served, held against its own description by schemathesis."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from monitor.domain.access.tokens import Scope, TokenRing
from monitor.domain.device_record.notebook import DeviceNotebook
from monitor.services.device_notes import DeviceNotes
from monitor.services.on_call_desk import Desk
from monitor.services.push_intake import PushIntake
from monitor.web.routing.route import Route
from tests.fakes import FakeMailbox, loop_settled
from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import Site, route_table, serving
from tests.reports import FakeReports
from tests.tokens import issued

EXAMPLES = 6
MODES = {"as described": GenerationMode.POSITIVE, "otherwise": GenerationMode.NEGATIVE}
ADMIN, PUSHER = issued(1, Scope.ADMIN), issued(2, Scope.PUSH)
RING = TokenRing([ADMIN.token, PUSHER.token])
KNOWN = {"terminal_id": "10000000", "alertname": "PaperOut", "name": "page.css", "id": "s1"}
load_all_checks()
REFUSALS: Any = CHECKS.get_by_names(["positive_data_acceptance", "negative_data_rejection"])
"""A push of what is no event is answered 202 with the events that were rejected, and JSON in general
holds more than posmon takes (keys that stand twice, integers beyond 64 bits). No schema can say that a time
lies ahead, or that an alert is open."""


SAYS_MORE = ("cursor", "from", "to", "month", "timezone")
"""None but posmon can write a cursor, and no schema can say that a time is over or that a zone exists."""

WITH_FORMS = frozenset(
    {
        "/alerts",
        "/alerts.csv",
        "/digest",
        "/reports",
        "/reports/availability.csv",
        "/reports/availability.html",
        "/reports/availability.xlsx",
        "/sites",
        "/terminals",
    }
)
"""A form sends its empty fields as well: these leave out what is empty, whatever it is."""


def a_fleet() -> LivingFleet:
    """Return terminals of which one is well, one has no paper and one is offline."""
    living = make_fleet(3)
    living.hear("10000000", battery={"percent": 50}, printer={"status": "ok"}, sent_at="2026-11-21T01:00:00Z")
    living.hear("10000001", printer={"status": "paper_out"})
    living.make_offline("10000002")
    return living


def examine(site: Site, route: Route, mode: GenerationMode) -> None:
    """Ask one route what its description allows, or something else, and check the answers."""
    schema = schemathesis.openapi.from_url(f"{site.url}/api/v1/openapi.json", headers=ADMIN.header)
    pushes = route.scope is Scope.PUSH
    refuses = pushes or bool(route.takes) or route.path in WITH_FORMS

    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(schema[route.path][route.method].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            for name in SAYS_MORE:
                case.query.pop(name, None)
            if "shard" in case.query or "of" in case.query:
                case.query |= {"shard": 0, "of": 2}  # no schema can say that one is below the other
            if len(case.query) % 2 == 0:
                case.path_parameters |= {name: KNOWN[name] for name in case.path_parameters}
        # Wrong credentials are tried too, so often that more of them at once would be answered 429.
        site.living.clock.turn(60.0)
        headers = (PUSHER if pushes else ADMIN).header
        case.call_and_validate(headers=headers, excluded_checks=REFUSALS if refuses else None)

    ask()


def asked() -> list[Any]:
    """Return every route with either mode, but for those of which every request is as described.

    The stream is left out: its answer does not end.
    """
    return [
        pytest.param(route, mode, id=f"{route.method} {route.path} {how}")
        for route in route_table()
        for how, mode in MODES.items()
        if route.answer != "text/event-stream"
        and (route.scope is not None or mode is GenerationMode.POSITIVE)
    ]


@pytest.mark.parametrize(("route", "mode"), asked())
async def test_answers_are_as_described(route: Route, mode: GenerationMode) -> None:
    """Whatever is asked, the answer's status, type and document are described, and it is no 5xx."""
    living = a_fleet()
    mailbox = FakeMailbox()
    intake = PushIntake(
        evaluation=living.evaluation,
        membership=living.evaluation.membership,
        fleet=living.fleet,
        event_tracker=living.evaluation.event_tracker,
        clock=living.clock,
        submit=lambda _steps: None,
        mailbox=mailbox,
        hasten=mailbox.hasten,
    )
    desk = Desk(
        board=living.evaluation.suppression.on_call,
        book=living.book,
        fleet=living.fleet,
        clock=living.clock,
        saved=loop_settled,
    )
    notes = DeviceNotes(notebook=DeviceNotebook(), clock=living.clock, saved=loop_settled)
    async with serving(
        living,
        intake=intake,
        desk=desk,
        devices=notes,
        reports=FakeReports(),
        push_rate=1e9,
        tokens=lambda: RING,
    ) as site:
        await asyncio.to_thread(examine, site, route, mode)
