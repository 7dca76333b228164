"""The summary of the last days over HTTP."""

import msgspec

from monitor.domain.access.tokens import Scope, TokenRing
from monitor.domain.notification.told import ToldAlert, ToldMessage, Way, label_key
from monitor.domain.on_call.action import Action, Via
from monitor.views.digest_documents import DigestDocument
from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import Site, serving
from tests.tokens import issued
from tests.unit.domain.digest.steps import BEGIN, fired

HOUR_S = 3600.0
READER, PUSHER = issued(1), issued(2, Scope.PUSH)


async def digest_of(site: Site, query: str = "") -> DigestDocument:
    """Return the document."""
    response, body = await site.get(f"/api/v1/digest{query}")
    assert response.status == 200
    return msgspec.json.decode(body, type=DigestDocument)


def busy_fleet() -> LivingFleet:
    """Return a fleet with an alert three days ago, and two that fire since two hours."""
    living = make_fleet(1)
    now = living.clock.now().wall - BEGIN
    living.store.journal += fired(now - 72 * HOUR_S, 60)
    living.store.journal += [
        *fired(now - 2 * HOUR_S, subject="2", terminal_id="2"),
        *fired(now - 2 * HOUR_S, subject="3", terminal_id="3"),
    ]
    return living


def acknowledgement(number: int, at: float, subject: str) -> Action:
    """Return what somebody did at a time."""
    details = {"alertname": "WeakSignal", "subject": subject}
    return Action(
        number=number, at=at, by="ann", via=Via.CLI, what="ack.add", target="a", details=details
    )  # fmt: skip


async def test_a_day_or_as_many_as_asked_for_are_summed_up() -> None:
    """A month at most; or a period from one moment to another."""
    async with serving(busy_fleet()) as site:
        assert [(rule.fired, rule.open) for rule in (await digest_of(site)).rules] == [(2, 2)]
        week = await digest_of(site, "?days=7")
        assert [(rule.alertname, rule.owner, rule.fired, rule.open) for rule in week.rules] == [
            ("WeakSignal", "network", 3, 2)
        ]
        for wrong in (
            "days=0",
            "days=32",
            "days=x",
            "days=1&from=2026-01-01T00:00:00Z",
            "from=yesterday",
            "from=2026-12-01T00:00:00Z&to=2026-12-01T00:00:00Z",
            "from=2000-01-01T00:00:00Z",
            "from=9000-01-01T00:00:00Z",
        ):
            assert (await site.problem(f"/api/v1/digest?{wrong}")).status == 400, wrong


async def test_acknowledgements_are_found_however_much_was_done_since() -> None:
    """The record of actions is read back to the beginning of the period."""
    living = busy_fleet()
    now = living.clock.now().wall
    living.store.acted.append(acknowledgement(1, now - HOUR_S, "2"))
    living.store.messages += [
        ToldMessage(
            at=now - 2 * HOUR_S + 30,
            receiver="ops",
            way=Way.WEBHOOK,
            firing=tuple(
                ToldAlert(key=label_key(step.labels), since=step.since.wall, severity="critical")
                for step in living.store.journal[-2:]
            ),
        )
    ]
    living.store.acted += [acknowledgement(number, now - 9.0, "x") for number in range(2, 1200)]
    async with serving(living) as site:
        digest = await digest_of(site)
    assert [(one.subject, one.lasted_s, one.unattended_s, one.open) for one in digest.overlooked] == [
        ("3", 7200.0, 7170.0, True)
    ]
    assert digest.rules[0].acknowledged == 1


async def test_a_digest_needs_the_scope_read() -> None:
    """A token for pushing will not do."""
    ring = TokenRing([READER.token, PUSHER.token])
    async with serving(busy_fleet(), tokens=lambda: ring) as site:
        for token, status in ((READER, 200), (PUSHER, 403)):
            response, _ = await site.get("/api/v1/digest", headers=token.header)
            assert response.status == status
