import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from monitor.adapters.sqlite_store import open_store
from monitor.domain.persistence.record import JournalEntry, Record, Remembered
from tests.contract.test_store import transition
from tests.contract.test_store_restart import RECEIVER, at
from tests.failing_disk import CORRUPT, FailingDisk
from tests.fakes import START, FakeClock
from tests.faults.test_failing_disk import full_record, journal, opened

ALERTS = 200


async def filled(path: Path) -> None:
    """Write a store with some hundred pages, and leave it."""
    async with opened(path) as store:
        for number in range(ALERTS):
            await store.commit(full_record(number))


async def reloaded(path: Path) -> Remembered:
    """Open a store, see that it works, and return what it found."""
    async with open_store(path, clock=FakeClock()) as store:
        remembered = await store.load(START)
        step = JournalEntry(transition=transition("new", 1), alert=None, told=True)
        await store.commit(Record(at=at(1e6), steps=[step]))
        assert store.health.fault == ""
        assert [found.subject for found in await store.history("new", limit=1)] == ["new"]
    return remembered


def _quarantined(path: Path) -> list[Path]:
    return [p for p in path.parent.glob(f"{path.name}.corrupt-*") if not p.name.endswith(("-wal", "-shm"))]


def _overwrite(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(random.Random(start).randbytes(length))


def _lose_header(path: Path) -> None:
    _overwrite(path, 0, 100)


def _lose_everything(path: Path) -> None:
    path.write_bytes(b"this is no database\n" * 1000)


def _lose_the_end(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _lose_a_page(path: Path) -> None:
    _overwrite(path, _root_page(path, "journal") * 4096 - 4096, 4096)


def _root_page(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    return int(page)


DAMAGES = [_lose_header, _lose_everything, _lose_the_end, _lose_a_page]


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_file_is_put_aside(
    damage: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever has happened to it, posmon starts with a sound file, keeps the old one, and says so."""
    path = tmp_path / "posmon.db"
    await filled(path)
    damage(path)
    damaged = path.read_bytes()
    async with open_store(path, clock=FakeClock()) as store:
        assert store.health.quarantined == 1
    await reloaded(path)
    assert journal(path)[-1] == "new"
    (aside,) = _quarantined(path)
    assert aside.name == "posmon.db.corrupt-20261121T010000"
    assert aside.read_bytes() == damaged
    assert "store.quarantined" in capsys.readouterr().out


async def test_what_can_be_read_is_taken_over(tmp_path: Path) -> None:
    """A damaged journal costs no open alert, nothing that a receiver is to hear, and no trend."""
    path = tmp_path / "posmon.db"
    await filled(path)
    _lose_a_page(path)
    remembered = await reloaded(path)
    assert len(remembered.alerts) == ALERTS
    assert len(remembered.outboxes[RECEIVER]) == ALERTS
    assert len(remembered.samples) == ALERTS


async def test_a_file_damaged_while_it_is_in_use_is_replaced(tmp_path: Path) -> None:
    """SQLite finds it malformed on a write: nothing is lost, and posmon goes on with another file."""
    disk = FailingDisk()
    path = tmp_path / "posmon.db"
    async with opened(path, disk) as store:
        await store.commit(full_record(0))
        disk.code, found = CORRUPT, iter([True])
        disk.plan = lambda sql: sql.startswith("INSERT") and next(found, False)
        await store.commit(full_record(1))
        assert store.health.fault == ""
        assert store.health.quarantined == 1
    assert journal(path) == ["0", "1"]
    assert {found.subject for found in (await reloaded(path)).alerts} == {"0", "1"}


async def test_damaged_files_do_not_fill_the_disk(tmp_path: Path) -> None:
    """Of many the last few are kept, each under a name of its own."""
    path = tmp_path / "posmon.db"
    clock = FakeClock()
    for number in range(9):
        clock.turn(number % 2)
        path.write_bytes(f"no database {number} ".encode() * 100)
        async with open_store(path, clock=clock):
            pass
    kept = [found.read_bytes()[12:13] for found in sorted(_quarantined(path))]
    assert kept == [b"4", b"5", b"6", b"7", b"8"]


async def test_a_row_that_makes_no_sense_costs_only_itself(tmp_path: Path) -> None:
    """What was tampered with is left out, logged and counted."""
    path = tmp_path / "posmon.db"
    await filled(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alerts SET document = '{' WHERE subject = '3'")
        connection.execute("UPDATE journal SET state = 'odd' WHERE subject = '199'")
    async with open_store(path, clock=FakeClock()) as store:
        await store.load(START)
        assert store.health.unreadable == 2
    remembered = await reloaded(path)
    assert len(remembered.alerts) == ALERTS - 1
    assert list(remembered.untold[RECEIVER]) == []


def _remove(path: Path, ends: tuple[str, ...]) -> None:
    for end in ends:
        Path(f"{path}{end}").unlink()


def _remains(path: Path) -> list[str]:
    return [found.name for found in path.parent.iterdir() if "partial" in found.name]


@pytest.mark.parametrize("ends", [("",), ("", "-wal", "-shm"), ("", "-wal")])
async def test_a_file_that_is_removed_while_it_is_open_is_written_anew(
    tmp_path: Path, ends: tuple[str, ...]
) -> None:
    """What was durable before the removal is so again with the next commit, and nothing is lost."""
    path = tmp_path / "posmon.db"
    async with opened(path) as store:
        await store.commit(full_record(1))
        _remove(path, ends)
        await store.commit(full_record(2))
        assert store.health.fault == ""
        assert path.stat().st_mode & 0o777 == 0o600
        assert len(journal(path)) == len(full_record(1).steps) + len(full_record(2).steps)
        await store.commit(full_record(3))
    steps = sum(len(full_record(number).steps) for number in (1, 2, 3))
    assert len(journal(path)) == steps
    assert _remains(path) == []
