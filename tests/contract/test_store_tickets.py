"""What every store that lasts gives back of tickets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.notification.ticket import Ticket, TicketState
from monitor.domain.persistence.record import Record
from tests.fakes import START
from tests.stores import LastingRuns, Runs, SqliteRuns

ASKED = Ticket(
    receiver="desk", ref="posmon-1", group={"site": "店铺"}, made_at=1.5, tried_at=2.5, told=("a", "b")
)
OPEN = replace(ASKED, ref="posmon-2", state=TicketState.OPEN, id=15, number="INC1")


@pytest.fixture(params=["lasting", "sqlite"])
async def runs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Runs]:
    """Return runs on each store."""
    made: Runs = LastingRuns() if request.param == "lasting" else SqliteRuns(tmp_path / "posmon.db")
    yield made
    await made.aclose()


async def test_tickets_come_back_as_they_were(runs: Runs) -> None:
    """Each by its receiver and reference; what was forgotten does not."""
    assert (await runs.start()).tickets in ([], ())
    other = replace(OPEN, receiver="other", id="x", closed_at=9.5, state=TicketState.CLOSED)
    for ticket in (ASKED, OPEN, other):
        await runs.store.commit(Record(at=START, tickets={ticket.key: ticket}))
    found = (await runs.start(START.ago(-100))).tickets
    assert {ticket.key: ticket for ticket in found} == {one.key: one for one in (ASKED, OPEN, other)}
    opened = replace(ASKED, state=TicketState.OPEN, id="7")
    changes = {opened.key: opened, OPEN.key: None}
    await runs.store.commit(Record(at=START.ago(-101), tickets=changes))
    found = (await runs.start(START.ago(-200))).tickets
    assert {ticket.key: ticket for ticket in found} == {opened.key: opened, other.key: other}
