import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.adapters.sqlite_store import open_store
from monitor.domain.alerts.alert import AlertState
from monitor.domain.events.event import OperatorLogin
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import OutboxChanges
from monitor.domain.persistence.record import JournalEntry, Record
from tests.contract.test_store import transition
from tests.contract.test_store_restart import RECEIVER, at, entry
from tests.fakes import START, FakeClock

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


def count(path: Path, table: str) -> int:
    """Return how many rows a table has."""
    with closing(sqlite3.connect(path)) as connection:
        (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(rows)


def event(number: int, heard_at: Instant) -> SeenEvent:
    """Return an event."""
    login = OperatorLogin(id=str(number), at=0.0, operator_id="01", success=False)
    return SeenEvent(terminal_id="1", event=login, heard_at=heard_at, told_s=0)


def step(number: int, second: float) -> JournalEntry:
    """Return a step that opens nothing."""
    return JournalEntry(
        transition=transition(str(number), second, AlertState.RESOLVED), alert=None, told=True
    )


async def test_old_steps_and_events_go_in_portions(tmp_path: Path) -> None:
    """The journal by its setting, events after 25 hours, a little with each commit; space is given back."""
    path = tmp_path / "posmon.db"
    async with open_store(path, clock=FakeClock(), journal_kept_s=DAY_S) as store:
        await store.load(START)
        old = Record(
            at=at(0.0),
            steps=[step(number, 0) for number in range(1200)],
            events=[event(number, at(0.0)) for number in range(1200)],
        )
        await store.commit(old)
        await store.commit(Record(at=at(DAY_S), steps=[step(1, DAY_S)]))
        assert count(path, "journal") == 1201
        sizes, events = [], []
        for hour in range(26, 32):
            await store.commit(Record(at=at(hour * HOUR_S)))
            sizes.append(count(path, "journal"))
            events.append(count(path, "events"))
    assert sizes == [701, 201, 1, 1, 1, 1]
    assert events == [700, 200, 0, 0, 0, 0]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


async def test_a_jump_of_the_wall_clock_deletes_no_journal(tmp_path: Path) -> None:
    """Ages are running time."""
    path = tmp_path / "posmon.db"
    async with open_store(path, clock=FakeClock(), journal_kept_s=DAY_S) as store:
        await store.load(START)
        await store.commit(Record(at=START, steps=[step(1, 0)]))
        await store.commit(Record(at=Instant(START.monotonic + 120.0, START.wall + 1000 * DAY_S)))
    assert count(path, "journal") == 1


async def test_card_hashes_do_not_outlive_a_long_stop(tmp_path: Path) -> None:
    """Events of days ago go with the first commit, be it that posmon hardly ran since."""
    path = tmp_path / "posmon.db"
    async with open_store(path, clock=FakeClock()) as store:
        await store.load(START)
        await store.commit(Record(at=START, events=[event(1, START)]))
    later = Instant(5.0, START.wall + 3 * DAY_S)
    async with open_store(path, clock=FakeClock(later)) as store:
        await store.load(later)
        await store.commit(Record(at=later))
    assert count(path, "events") == 0


@pytest.mark.parametrize(("hours", "left"), [(23, 1), (25, 0)])
async def test_who_is_no_receiver_any_more_is_forgotten(hours: int, left: int, tmp_path: Path) -> None:
    """After a day of running with another configuration, with all that waited."""
    path = tmp_path / "posmon.db"
    async with open_store(path, clock=FakeClock()) as store:
        await store.load(START)
        await store.commit(Record(at=START, outboxes={RECEIVER: OutboxChanges(put=[entry("1")])}))
        await store.commit(Record(at=at(hours * HOUR_S), outboxes={"other": OutboxChanges()}))
    assert count(path, "outbox") == left
