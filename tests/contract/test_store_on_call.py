"""What every store that lasts gives back of what people on call have said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.domain.alerts.alert import Severity
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Action, OnCallChanges, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.domain.persistence.record import Record
from tests.fakes import START
from tests.stores import LastingRuns, Runs, SqliteRuns

SILENCE = Silence(
    id="s1", matcher=Matcher({"site": ("mall", "店铺")}), starts_at=1.5, ends_at=2.5, by="ann", comment="维修"
)
ACK = Acknowledgement(
    id="a1",
    alertname="PaperOut",
    subject="10000001",
    labels={"alertname": "PaperOut"},
    starts_at=1_795_222_800.125,
    severity=Severity.CRITICAL,
    cause="",
    at=2.0,
    ends_at=None,
    by="bob",
    comment="",
    outlives_recovery_s=60.0,
)


def action(number: int) -> Action:
    """Return the action of that number."""
    return Action(
        number=number,
        at=START.wall + number,
        by="ann",
        via=Via.PAGE,
        what="silence.add",
        target="s1",
        comment="维修",
        matched=3,
        details={"match": "site=mall"},
    )


@pytest.fixture(params=["fake", "sqlite"])
async def runs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Runs]:
    """Give each store in turn, its first run begun."""
    made: Runs = LastingRuns() if request.param == "fake" else SqliteRuns(tmp_path / "posmon.db")
    remembered = (await made.start()).on_call
    assert (list(remembered.rules), remembered.last_action) == ([], 0)
    yield made
    await made.aclose()


async def commit(runs: Runs, **changes: object) -> None:
    """Commit these changes."""
    await runs.store.commit(Record(at=START, on_call=OnCallChanges(**changes)))  # type: ignore[arg-type]


async def test_rules_come_back_until_they_end(runs: Runs) -> None:
    """With everything that was said."""
    await commit(runs, rules=[SILENCE, ACK])
    found = {rule.id: rule for rule in (await runs.start()).on_call.rules}
    assert found == {"s1": SILENCE, "a1": ACK}
    await commit(runs, ended=["s1", "unknown"])
    assert [rule.id for rule in (await runs.start()).on_call.rules] == ["a1"]


async def test_a_rule_that_changed_comes_back_as_it_is_now(runs: Runs) -> None:
    """Also when it ended and began within one record."""
    await commit(runs, rules=[SILENCE], actions=[action(1)])
    later = Silence(id="s1", matcher=Matcher({}), starts_at=1.0, ends_at=9.0, by="bob", comment="longer")
    await commit(runs, rules=[later], ended=["s1"])
    assert list((await runs.start()).on_call.rules) == [later]


async def test_actions_are_numbered_through_all_runs_and_read_newest_first(runs: Runs) -> None:
    """Page by page."""
    await commit(runs, actions=[action(1), action(2)])
    assert (await runs.start()).on_call.last_action == 2
    await commit(runs, actions=[action(3)])
    assert list(await runs.store.actions(limit=2)) == [action(3), action(2)]
    assert list(await runs.store.actions(before=2, limit=2)) == [action(1)]
    assert list(await runs.store.actions(limit=0)) == []
