from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.errors import InvalidAction
from monitor.domain.instant import rfc3339
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.ticket import TicketPolicy
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.domain.notification.ticket_log import TicketLog
from monitor.domain.notification.ticket_register import TicketRegister
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from monitor.ports.on_call_desk import OverError, UnknownRuleError
from monitor.services.on_call_desk import Desk
from tests.fakes import FakeClock
from tests.scenes import Scene, reading, site

ANN = Author(name="ann", via=Via.API)


class Stage:
    """A desk over a scene; `saves` counts how often it waited until all was durable."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.saves = 0
        self.board = scene.evaluation.suppression.on_call
        self.desk = Desk(
            board=self.board,
            book=scene.book,
            fleet=scene.fleet,
            clock=FakeClock(scene.now),
            saved=self._saved,
            new_id=lambda: f"id{self.board.size}",
        )

    async def _saved(self) -> None:
        self.saves += 1

    def until(self, seconds: float) -> str:
        """Return a time that lies ahead."""
        return rfc3339(self.scene.now.wall + seconds)

    async def silence(self, **match: Any) -> Silence:
        """Silence for an hour."""
        written = {"match": match, "until": self.until(3600), "comment": "works"}
        return await self.desk.silence(written, ANN)


def out_of_paper(*numbers: int, of: int = 3) -> Stage:
    """Return a scene in which terminals have no paper."""
    scene = Scene(site("mall", of))
    for _ in range(4):
        for number in numbers:
            scene.poll(
                f"{10_000_000 + number}", reading(f"{10_000_000 + number}", printer={"status": "paper_out"})
            )
        scene.wait(30)
    return Stage(scene)


async def test_a_silence_is_in_force_and_durable_when_it_is_answered() -> None:
    """With its author, and how many alerts it was about."""
    stage = out_of_paper(1)
    made = await stage.silence(site="mall")
    assert stage.saves == 1
    assert (made.by, made.comment, made.ends_at) == ("ann", "works", stage.scene.now.wall + 3600)
    assert stage.scene.suppressor(stage.scene.open()["PaperOut", "10000001"]) == f"silence {made.id}"
    assert [one.matched for one in stage.board.drain_unsaved().actions] == [1]


@pytest.mark.parametrize(
    ("of", "match", "reason"),
    [
        (30, {"site": "mall"}, "it concerns 30 of 30 terminals"),
        (3, {}, "an empty match concerns every alert"),
        (3, {"site": "maul"}, "it matches no terminal and no open alert"),
    ],
)
async def test_what_concerns_much_or_nothing_must_be_confirmed(of: int, match: Any, reason: str) -> None:
    """A slip of the pen would silence a country, or nothing."""
    stage = out_of_paper(1, of=of)
    written = {"match": match, "until": stage.until(60), "comment": "works"}
    with pytest.raises(InvalidAction, match=reason) as caught:
        await stage.desk.silence(written, ANN)
    assert [fault.field for fault in caught.value.faults] == ["confirm"]
    assert stage.board.size == 0
    await stage.desk.silence(written | {"confirm": True}, ANN)
    assert stage.board.size == 1


async def test_a_silence_is_ended_by_its_id_and_kind() -> None:
    """An acknowledgement's id ends no silence."""
    stage = out_of_paper(1)
    made = await stage.silence(site="mall")
    with pytest.raises(UnknownRuleError):
        await stage.desk.end(Acknowledgement, made.id, ANN)
    assert await stage.desk.end(Silence, made.id, ANN) == made
    with pytest.raises(UnknownRuleError):
        await stage.desk.end(Silence, made.id, ANN)
    assert stage.saves == 2


async def test_one_alert_is_acknowledged() -> None:
    """By the labels that name it."""
    stage = out_of_paper(1, 2)
    (made,) = await stage.desk.acknowledge({"alertname": "PaperOut", "terminal_id": "10000002"}, ANN)
    assert made.subject == "10000002"
    assert stage.saves == 1
    held = {
        subject: stage.scene.suppressor(stage.scene.open()["PaperOut", subject])
        for subject in ("10000001", "10000002")
    }
    assert held == {"10000001": None, "10000002": f"acknowledgement {made.id}"}


async def test_all_that_a_ticket_tells_of_is_acknowledged() -> None:
    """By its number, once however often the system says so."""
    stage = out_of_paper(1, 2)
    board = TicketBoard()
    tickets = TicketLog(TicketPolicy(match={}), TicketRegister(receiver="r", new_ref=lambda: "posmon-1"))
    board.add(tickets)
    told = [
        PostableAlert(labels=alert.labels, annotations={}, starts_at=0.0, ends_at=1.0, resolved=False)
        for key, alert in stage.scene.open().items()
        if key in {("PaperOut", "10000001"), ("PaperOut", "10000002")}
    ]
    (step,) = tickets.due(told, stage.scene.now)
    tickets.register.opened(tickets.register.trying(step, stage.scene.now), 15, "INC1")
    desk = Desk(
        board=stage.board,
        book=stage.scene.book,
        fleet=stage.scene.fleet,
        clock=FakeClock(stage.scene.now),
        saved=stage._saved,
        tickets=board,
    )
    made = await desk.acknowledge({"ticket": "INC1", "comment": "taken"}, ANN)
    assert sorted(one.subject for one in made) == ["10000001", "10000002"]
    assert await desk.acknowledge({"ticket": 15}, ANN) == made
    assert (stage.board.size, made[0].comment) == (2, "taken")
    with pytest.raises(UnknownRuleError):
        await desk.acknowledge({"ticket": "INC2"}, ANN)
    with pytest.raises(InvalidAction, match="ticket: cannot stand beside"):
        await desk.acknowledge({"ticket": "INC1", "alertname": "PaperOut"}, ANN)
    over = {**told[0].labels, "terminal_id": "10000003", "site": "elsewhere"}
    (step,) = tickets.due([replace(told[0], labels=over)], stage.scene.now)
    tickets.register.opened(tickets.register.trying(step, stage.scene.now), 16, "INC3")
    with pytest.raises(OverError, match="What the ticket tells of is over"):
        await desk.acknowledge({"ticket": "INC3"}, ANN)


async def test_an_acknowledgement_must_mean_one_alert() -> None:
    """The shop has two."""
    stage = out_of_paper(1, 2)
    with pytest.raises(InvalidAction, match="names 2 alerts"):
        await stage.desk.acknowledge({"alertname": "PaperOut", "site": "mall"}, ANN)


async def test_what_is_over_or_not_confirmed_is_not_acknowledged() -> None:
    """Whoever acknowledges hears that it came too late."""
    stage = out_of_paper(1)
    began = rfc3339(stage.scene.open()["PaperOut", "10000001"].since.wall - 100)
    for named in ({"terminal_id": "10000002"}, {"terminal_id": "10000001", "starts_at": began}):
        with pytest.raises(OverError, match="it is over, or it never was"):
            await stage.desk.acknowledge({"alertname": "PaperOut"} | named, ANN)
    stage.scene.poll("10000003", reading("10000003", printer={"status": "paper_out"}))
    with pytest.raises(OverError, match="has not been confirmed"):
        await stage.desk.acknowledge({"alertname": "PaperOut", "terminal_id": "10000003"}, ANN)
    assert stage.board.size == 0


async def test_a_window_is_in_force_and_durable_when_it_is_answered() -> None:
    """Under its own name, or its id."""
    stage = out_of_paper(1)
    written = {"match": {"site": "mall"}, "until": stage.until(3600), "comment": "works"}
    named = await stage.desk.open_window(written | {"name": "shelves"}, ANN)
    assert stage.saves == 1
    assert (named.name, named.by) == ("shelves", "ann")
    assert stage.scene.suppressor(stage.scene.open()["PaperOut", "10000001"]) == "window shelves"
    unnamed = await stage.desk.open_window(written, ANN)
    assert unnamed.name == unnamed.id
    assert await stage.desk.end(OperatorWindow, named.id, ANN) == named


async def test_a_window_that_concerns_much_must_be_confirmed() -> None:
    """As a silence must."""
    stage = out_of_paper(1, of=30)
    written = {"match": {"site": "mall"}, "until": stage.until(3600), "comment": "works"}
    with pytest.raises(InvalidAction, match="it concerns 30 of 30 terminals"):
        await stage.desk.open_window(written, ANN)
    await stage.desk.open_window(written | {"confirm": True}, ANN)
    assert stage.board.size == 1
