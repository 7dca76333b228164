"""Tickets in other systems, by the recipes of docs/tickets.md, over real connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from monitor.assembly import TicketPlace, receivers
from monitor.config.loading import load_settings
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.ports.alert_sink import Delivery
from tests.fakes import START, FakeClock
from tests.lasting_store import LastingStore
from tests.ticket_systems import SYSTEMS, ServiceNow, TicketSystem, adapted, recipes, serving

NAMES = sorted(SYSTEMS)
HOUR = 3600.0


def notice(
    subject: str = "10000001", *, age_s: float = HOUR, resolved: bool = False, held: str = "", **labels: str
) -> PostableAlert:
    """Return a notice of an alert that began before the start of the test."""
    known = {"alertname": "PinPadFault", "severity": "critical", "owner": "field", "site": "Shop 7"}
    return PostableAlert(
        labels=known | {"terminal_id": subject} | labels,
        annotations={
            "summary": f'{subject}: the "PIN pad" <fails>\\ {{{{ id }}}}',
            "summary_zh": f"{subject}：密码键盘故障",  # noqa: RUF001
            "cause": "the pad is broken",
        },
        starts_at=START.wall - age_s,
        ends_at=START.wall + 60,
        resolved=resolved,
        held=held,
    )


class Run:
    """One run of posmon on a store, which outlives it."""

    def __init__(self, folder: Path, clock: FakeClock, store: LastingStore) -> None:
        self.clock = clock
        self.board = TicketBoard()
        settings = load_settings(folder / "posmon.yaml", {})
        (self.sink,) = receivers(settings, clock, tickets=TicketPlace(self.board, store))

    async def tell(self, *notices: PostableAlert) -> Delivery:
        """Send notices."""
        return await self.sink.send(notices)


class Bench:
    """A system, and the runs of posmon that tell it."""

    def __init__(self, system: TicketSystem, folder: Path, written: str) -> None:
        self.system = system
        self.store = LastingStore()
        self.clock = FakeClock()
        self.folder = folder
        (folder / "posmon.yaml").write_text(written, encoding="utf-8")

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Run]:
        """Begin a run with what the one before has left; its end is no more than that of a killed process."""
        run = Run(self.folder, self.clock, self.store)
        run.board.restore((await self.store.load(self.clock.now())).tickets)
        async with run.sink:
            yield run


@asynccontextmanager
async def bench(
    name: str, folder: Path, *replaced: tuple[str, str]
) -> AsyncIterator[tuple[Bench, TicketSystem]]:
    """Serve a system by its recipe."""
    async with serving(SYSTEMS[name]()) as system:
        written = adapted(name, system, folder)
        for old, new in replaced:
            assert old in written
            written = written.replace(old, new)
        yield Bench(system, folder, written), system


def test_every_recipe_has_a_system() -> None:
    """No recipe stands in the document without a test."""
    assert sorted(recipes()) == NAMES


@pytest.mark.parametrize("name", NAMES)
async def test_recipe_from_opening_to_reopening(name: str, tmp_path: Path) -> None:
    """A second alert is an update, the last end closes it, and the same within a day opens it again."""
    async with bench(name, tmp_path) as (here, system), here.run() as run:
        assert await run.tell(notice()) is Delivery.SENT
        (filed,) = system.filed
        assert '10000001: the "PIN pad"' in filed.title
        assert "the pad is broken" in filed.text
        assert "{{ id }}" in filed.text, "what a value says is no template"
        assert await run.tell(notice(), notice("10000002")) is Delivery.SENT
        assert [("10000002" in told, "Still firing: 1" in told) for told in filed.told] == [(True, True)]
        assert await run.tell(notice(resolved=True)) is Delivery.SENT
        assert (len(filed.told), filed.state) == (2, system.OPEN)
        assert await run.tell(notice("10000002", resolved=True)) is Delivery.SENT
        assert filed.state == system.CLOSED
        here.clock.turn(HOUR)
        assert await run.tell(notice()) is Delivery.SENT
        assert filed.state != system.CLOSED
        assert (len(system.filed), system.refused) == (1, [])


@pytest.mark.parametrize("name", NAMES)
async def test_lost_answer_and_restart_make_no_second_ticket(name: str, tmp_path: Path) -> None:
    """Posmon finds the ticket by its reference; what joined meanwhile is an update, and the end closes it."""
    async with bench(name, tmp_path) as (here, system):
        system.lose = 1
        async with here.run() as run:
            assert await run.tell(notice()) is Delivery.RETRY
            assert run.sink.fault.startswith("open: ")
        here.clock.turn(1.0)
        async with here.run() as run:
            assert await run.tell(notice(), notice("10000002")) is Delivery.SENT
            assert [*run.board.open().values()] == [1]
        async with here.run() as run:
            assert await run.tell(notice(), notice("10000002")) is Delivery.SENT
            (filed,) = system.filed
            assert ["10000002" in told for told in filed.told] == [True]
            assert await run.tell(notice(resolved=True), notice("10000002", resolved=True)) is Delivery.SENT
        assert (filed.state, len(system.filed), system.refused) == (system.CLOSED, 1, [])


@pytest.mark.parametrize("name", NAMES)
async def test_lost_answer_of_what_is_over_closes_the_ticket(name: str, tmp_path: Path) -> None:
    """The alert ended while posmon did not know whether its ticket was opened."""
    async with bench(name, tmp_path) as (here, system):
        system.lose = 1
        async with here.run() as run:
            assert await run.tell(notice()) is Delivery.RETRY
        async with here.run() as run:
            assert await run.tell(notice(resolved=True)) is Delivery.SENT
        assert [one.state for one in system.filed] == [system.CLOSED]


@pytest.mark.parametrize("name", NAMES)
async def test_request_that_never_arrived_is_made_when_that_is_certain(name: str, tmp_path: Path) -> None:
    """A system may index a ticket late: nothing found just after the attempt proves nothing."""
    async with bench(name, tmp_path) as (here, system), here.run() as run:
        if name == "glpi":
            await run.tell(notice("1", site="elsewhere"))
            system.filed.clear()
        system.troubles = [web.Response(status=500)]
        assert await run.tell(notice()) is Delivery.RETRY
        here.clock.turn(1.0)
        assert await run.tell(notice()) is Delivery.RETRY
        assert system.filed == []
        here.clock.turn(60.0)
        assert await run.tell(notice()) is Delivery.SENT
        assert len(system.filed) == 1


SERVICENOW = "servicenow"


async def test_terminals_of_a_site_share_a_ticket_and_kinds_and_sites_do_not(tmp_path: Path) -> None:
    """One cause is one ticket: the alert's name and the site, or the thing itself where there is no site."""
    async with bench(SERVICENOW, tmp_path) as (here, system), here.run() as run:
        await run.tell(notice("1"), notice("2"), notice("3"), notice("4", alertname="CardReaderFault"))
        await run.tell(notice("5", site="Shop 8"), notice("6", site=""), notice("7", site=""))
        regions = [
            replace(
                notice(),
                labels={
                    "alertname": "RegionOffline",
                    "severity": "critical",
                    "owner": "network",
                    "region": one,
                },
            )
            for one in ("east", "west")
        ]
        await run.tell(*regions)
        assert [one.fields["short_description"][:2] for one in system.filed[:5]] == [
            "1:",
            "4:",
            "5:",
            "6:",
            "7:",
        ]
        assert len(system.filed) == 7
        assert "(and 2 more)" in system.filed[0].title


async def test_what_is_young_held_quiet_or_another_s_opens_none(tmp_path: Path) -> None:
    """`min_age`, holds, `match` and the watchdog."""
    async with bench(SERVICENOW, tmp_path) as (here, system), here.run() as run:
        young = notice(age_s=600)
        await run.tell(young, notice("2", site="a", held="acknowledged by ann"), notice("3", owner="shop"))
        await run.tell(notice("4", site="b", severity="info"), notice("5", severity="none", site="c"))
        await run.tell(replace(young, resolved=True))
        assert system.asked == []
        await run.tell(young)
        here.clock.turn(301.0)
        await run.tell(young)
        assert len(system.filed) == 1
        await run.tell(replace(young, held="planned work"))
        assert len(system.asked) == 1


async def test_closed_for_good_becomes_a_new_ticket(tmp_path: Path) -> None:
    """What cannot be opened again, and what came back later than `within`."""
    async with bench(SERVICENOW, tmp_path) as (here, system), here.run() as run:
        await run.tell(notice())
        await run.tell(notice(resolved=True))
        system.filed[0].state = "7"
        await run.tell(notice())
        assert [one.state for one in system.filed] == ["7", "1"]
        assert system.filed[0].ref != system.filed[1].ref
        await run.tell(notice(resolved=True))
        here.clock.turn(25 * HOUR)
        await run.tell(notice())
        assert [one.state for one in system.filed] == ["7", "6", "1"]
    async with here.run() as run:
        await run.tell(notice())
        assert len(system.filed) == 3
        assert len((await here.store.load(here.clock.now())).tickets) == 1


async def test_ticket_deleted_by_hand_is_not_opened_again_while_it_lasts(tmp_path: Path) -> None:
    """Posmon says once that the update was refused, and leaves the ticket to people."""
    async with bench(SERVICENOW, tmp_path) as (here, system), here.run() as run:
        await run.tell(notice())
        system.filed.clear()
        with capture_logs() as logs:
            assert await run.tell(notice(), notice("10000002")) is Delivery.PARTIAL
        (said,) = [line for line in logs if line["event"] == "ticket.refused"]
        assert (said["step"], said["ticket"], said["reason"]) == (
            "update",
            "INC0010001",
            "status 404: No Record found",
        )
        assert await run.tell(notice(), notice("10000002")) is Delivery.SENT
        assert system.filed == []


async def test_refused_ticket_is_asked_for_later_and_holds_up_nobody(tmp_path: Path) -> None:
    """The others have theirs; the reason is the system's own words, without secrets."""
    async with bench(SERVICENOW, tmp_path) as (here, system), here.run() as run:
        said = "aborted by Data Policy of s3cr3t-pass " + "Basic cG9zbW9uOnMzY3IzdC1wYXNz"
        system.troubles = [system.refusal(403, said)]
        with capture_logs() as logs:
            assert await run.tell(notice(), notice("2", site="Shop 8")) is Delivery.PARTIAL
        assert len(system.filed) == 1
        assert "cG9zbW9uOnMzY3IzdC1wYXNz" not in str(logs) + run.sink.fault
        assert "status 403: aborted by Data Policy" in run.sink.fault
        assert await run.tell(notice()) is Delivery.SENT
        here.clock.turn(601.0)
        assert await run.tell(notice()) is Delivery.SENT
        assert len(system.filed) == 2


async def test_overloaded_system_is_left_alone(tmp_path: Path) -> None:
    """429 with Retry-After: nothing is asked meanwhile, and nothing was opened."""
    async with bench(SERVICENOW, tmp_path) as (here, system), here.run() as run:
        system.troubles = [web.Response(status=429, headers={"Retry-After": "30"})]
        assert await run.tell(notice(), notice("2", site="Shop 8")) is Delivery.RETRY
        assert await run.tell(notice()) is Delivery.RETRY
        assert (len(system.asked), run.sink.fault) == (1, "open: it asked to be left alone")


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (
            lambda: web.Response(text="<html>log in</html>", content_type="text/html"),
            "open: a web page instead",
        ),
        (lambda: web.Response(status=302, headers={"Location": "/login"}), "open: status 302"),
        (lambda: web.Response(status=401, text="no"), "open: status 401"),
        (lambda: web.Response(status=404, text="{}"), "open: status 404"),
        (lambda: web.Response(status=503, body=b"\xff" * 10), "open: status 503"),
        (lambda: web.Response(status=502, body=b"x" * 2_000_000), "open: status 502"),
    ],
)
async def test_system_that_is_not_there_is_tried_again(trouble: Any, fault: str, tmp_path: Path) -> None:
    """Whatever stands in its place; what certainly opened nothing is tried without a search."""
    async with bench(SERVICENOW, tmp_path) as (here, system), here.run() as run:
        system.troubles = [trouble()]
        assert await run.tell(notice()) is Delivery.RETRY
        assert run.sink.fault.startswith(fault)
        here.clock.turn(11.0)
        assert await run.tell(notice()) is Delivery.SENT
        assert (len(system.filed), run.sink.fault) == (1, "")


async def test_session_that_ended_is_begun_anew(tmp_path: Path) -> None:
    """GLPI forgets sessions; posmon begins one and goes on."""
    async with bench("glpi", tmp_path) as (here, system), here.run() as run:
        await run.tell(notice())
        system.sessions.append("another")  # type: ignore[attr-defined]
        assert await run.tell(notice(), notice("2")) is Delivery.SENT
        assert len(system.filed[0].told) == 1


async def test_no_more_tickets_than_may_be_open(tmp_path: Path) -> None:
    """A fleet-wide fault does not flood the desk; when one is closed there is room."""
    replaced = ("      match:", "      most_open: 2\n      match:")
    async with bench(SERVICENOW, tmp_path, replaced) as (here, system), here.run() as run:
        crowd = [notice(str(number), site=f"Shop {number}") for number in range(4)]
        assert await run.tell(*crowd) is Delivery.PARTIAL
        assert len(system.filed) == 2
        assert await run.tell(replace(crowd[0], resolved=True)) is Delivery.SENT
        await run.tell(*crowd[1:])
        assert len(system.filed) == 3


async def test_generic_webhook_needs_no_id(tmp_path: Path) -> None:
    """A system that is told by posmon's reference alone; text in XML is escaped."""
    taken: list[tuple[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((request.path_qs, await request.text()))
        return web.Response(status=201, headers={"Location": "https://x.example/t/a%20b/"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    async with TestServer(app) as server:
        written = f"""
notify:
  tickets:
    - name: hook
      url: {server.make_url("/hook")}
      open:
        path: /open?what={{{{ title }}}}
        headers: {{Content-Type: text/xml}}
        text: "<t ref='{{{{ ref }}}}'>{{{{ summary }}}}</t>"
        id_from_location: true
      close: {{path: "/close/{{{{ id }}}}", json: {{all: "{{{{ alerts }}}}", n: "{{{{ count }}}}"}}}}
"""
        here = Bench(ServiceNow(), tmp_path, written)
        async with here.run() as run:
            assert await run.tell(notice()) is Delivery.SENT
            assert await run.tell(notice(resolved=True)) is Delivery.SENT
    (opened, xml), (closed, body) = taken
    assert opened.startswith("/hook/open?what=10000001%3A%20the%20%22PIN")
    assert "&quot;PIN pad&quot; &lt;fails&gt;" in xml
    assert closed == "/hook/close/a%20b"
    assert '"n":0' in body
    assert '"all":[{"status":"resolved"' in body


async def test_test_alert_opens_and_closes_a_ticket_at_once(tmp_path: Path) -> None:
    """`posmon alerts test` waits for no age and asks no match; nothing of it is kept."""
    async with bench(SERVICENOW, tmp_path) as (here, system):
        settings = load_settings(tmp_path / "posmon.yaml", {})
        (sink,) = receivers(settings, here.clock, unfiltered=True)
        trial = notice(age_s=0.0, alertname="PosmonTest", owner="monitoring", category="posmon")
        async with sink:
            assert await sink.send([trial]) is Delivery.SENT
            assert await sink.send([replace(trial, resolved=True)]) is Delivery.SENT
        assert [one.state for one in system.filed] == [system.CLOSED]
        assert here.store.records == []
