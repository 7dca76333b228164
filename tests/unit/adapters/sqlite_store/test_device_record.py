import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.adapters.sqlite_store import open_store
from monitor.adapters.sqlite_store.database import migrations
from monitor.adapters.sqlite_store.device_record import CHANGES_KEPT
from monitor.adapters.sqlite_store.documents import document
from monitor.domain.device_record.entry import EntryKind
from monitor.domain.fleet.terminal_memory import Change, TerminalMemory
from monitor.domain.persistence.record import Record
from tests.contract.test_store_device_record import REPAIR, change
from tests.fakes import START, FakeClock


async def test_a_device_that_changes_each_second_fills_no_disk(tmp_path: Path) -> None:
    """Its oldest changes go; what people wrote, and other terminals' changes, stay."""
    async with open_store(tmp_path / "posmon.db", clock=FakeClock()) as store:
        await store.load(START)
        changes = [change(number) for number in range(CHANGES_KEPT + 5)]
        await store.commit(Record(at=START, device_entries=[REPAIR, change(0, "10000002"), *changes]))
        found = await store.device_record("10000001", limit=2 * CHANGES_KEPT)
        assert len(found) == CHANGES_KEPT + 1
        assert (found[-1], found[-2]) == (REPAIR, change(5))
        assert list(await store.device_record("10000002", limit=9)) == [change(0, "10000002")]


async def test_a_line_that_cannot_be_understood_costs_only_itself(tmp_path: Path) -> None:
    """The others are shown."""
    file = tmp_path / "posmon.db"
    async with open_store(file, clock=FakeClock()) as store:
        await store.load(START)
        await store.commit(Record(at=START, device_entries=[REPAIR]))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO device_record VALUES ('10000001', 1.0, 'x', 'note', '{}')")
        connection.commit()
    async with open_store(file, clock=FakeClock()) as store:
        await store.load(START)
        assert list(await store.device_record("10000001", limit=9)) == [REPAIR]
        assert store.health.unreadable == 1


async def test_the_changes_that_an_earlier_posmon_kept_are_in_the_record(tmp_path: Path) -> None:
    """They stood in the memory of each terminal; one that is damaged costs only itself."""
    file = tmp_path / "posmon.db"
    scripts = migrations()
    before = next(number for number, script in enumerate(scripts) if "TABLE device_record" in script)
    seen = Change(at=START.ago(9000), what="serial_number", before="A1", after='B"2')
    memory = TerminalMemory(terminal_id="10000001", first_seen=START, changes=(seen,))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for script in scripts[:before]:
            connection.executescript(script)
        connection.execute(f"PRAGMA user_version = {before}")
        rows = [("10000001", document(memory)), ("10000002", "{"), ("10000003", '{"changes": [1]}')]
        connection.executemany("INSERT INTO terminals VALUES (?, ?)", rows)
    async with open_store(file, clock=FakeClock()) as store:
        await store.load(START)
        (found,) = await store.device_record("10000001", limit=9)
    assert (found.at, found.what, found.before, found.after) == (seen.at.wall, "serial_number", "A1", 'B"2')
    assert (found.kind, found.noted_at) == (EntryKind.CHANGE, seen.at.wall)
