import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.adapters.sqlite_store import open_store
from monitor.adapters.sqlite_store.on_call import ACTIONS_KEPT_S, read_rule
from monitor.domain.on_call.action import Action, OnCallChanges, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.domain.persistence.record import Record
from tests.fakes import START, FakeClock

SILENCE = Silence(id="s1", matcher=Matcher({}), starts_at=1.0, ends_at=2.0, by="ann", comment="")


def action(number: int, at: float) -> Action:
    """Return an action at a moment."""
    return Action(number=number, at=at, by="ann", via=Via.API, what="silence.add", target="s1")


async def test_old_actions_go(tmp_path: Path) -> None:
    """After a little more than two years."""
    async with open_store(tmp_path / "posmon.db", clock=FakeClock()) as store:
        await store.load(START)
        for one in (action(1, START.wall - ACTIONS_KEPT_S - 1), action(2, START.wall)):
            await store.commit(Record(at=START, on_call=OnCallChanges(actions=[one])))
        assert [one.number for one in await store.actions(limit=9)] == [2]


async def test_a_row_that_cannot_be_understood_costs_only_itself(tmp_path: Path) -> None:
    """The others are in force again."""
    file = tmp_path / "posmon.db"
    async with open_store(file, clock=FakeClock()) as store:
        await store.load(START)
        await store.commit(Record(at=START, on_call=OnCallChanges(rules=[SILENCE])))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO on_call VALUES ('x', 'silence', '{}'), ('y', 'charm', '{}')")
        connection.commit()
    async with open_store(file, clock=FakeClock()) as store:
        assert list((await store.load(START)).on_call.rules) == [SILENCE]
        assert store.health.unreadable == 2


def test_an_unknown_kind_of_rule_is_refused() -> None:
    """A later posmon may have others."""
    with pytest.raises(ValueError, match="no kind of rule: charm"):
        read_rule(("charm", "{}"))
