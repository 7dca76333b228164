import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from monitor.adapters.sqlite_store import StoreRefused, open_store
from monitor.adapters.sqlite_store.database import migrations
from monitor.domain.events.deduplication import event_keys
from monitor.domain.events.event import Transaction
from monitor.domain.persistence.record import Record
from tests.fakes import FakeClock
from tests.scenes import Scene, terminal


async def refusal(path: Path) -> str:
    """Return why a file is refused; it must be left as it was."""
    before = _content(path)
    with pytest.raises(StoreRefused) as caught:
        async with open_store(path, clock=FakeClock()):
            pass
    assert _content(path) == before
    return str(caught.value)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _modes(folder: Path) -> dict[str, int]:
    return {found.name: found.stat().st_mode & 0o777 for found in folder.iterdir()}


async def made(path: Path) -> None:
    """Make a store and leave it."""
    async with open_store(path, clock=FakeClock()):
        pass


async def test_a_new_store_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else may read what posmon knows, whatever the umask."""
    before = os.umask(0)
    try:
        async with open_store(tmp_path / "posmon.db", clock=FakeClock()):
            modes = _modes(tmp_path)
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert modes.keys() >= {"posmon.db", "posmon.db-wal", "posmon.db.lock"}


async def test_a_new_store_is_marked_and_strict(tmp_path: Path) -> None:
    """Its header says whose it is and of which version; every table checks its types; commits are flushed."""
    path = tmp_path / "posmon.db"
    await made(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"posm"),)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations()),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
        strict = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
        assert {flag for name, flag in strict if not name.startswith("sqlite_")} == {1}


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """The message names the file, the version found and the one known."""
    path = tmp_path / "posmon.db"
    await made(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA user_version = 77")
    assert f"{path}: has schema version 77, this posmon knows up to {len(migrations())}" in await refusal(
        path
    )


async def test_the_events_of_an_older_schema_are_known_at_any_time(tmp_path: Path) -> None:
    """It did not keep the times that terminals told; what they repeat after the update counts once."""
    path = tmp_path / "posmon.db"
    scene = Scene([terminal()])
    event = scene.transaction("55", "tok", ago=60.0) | {"id": "7"}
    _write_schema_2(path, scene, event)
    async with open_store(path, clock=FakeClock()) as store:
        remembered = await store.load(scene.now)
        scene.event_tracker.replay.expect(remembered.event_keys, scene.now)
        events = [seen async for portion in store.events() for seen in portion]
        scene.event_tracker.replay.restore(events, scene.now)
        scene.catch_up()
        assert scene.hear(event, event | {"id": "8"}).duplicates == 1
        assert scene.event_tracker.queries.activity("10000001", scene.now).day.transactions == 2
        await store.commit(Record(at=scene.now, events=scene.event_tracker.drain_unsaved()))
        assert [seen.told_s for seen in events] == [None]
        remembered = await store.load(scene.now)
    assert remembered.event_keys == event_keys(
        [("10000001", "7", None), ("10000001", "8", int(scene.now.wall - 60))]
    )


def _write_schema_2(path: Path, scene: Scene, event: dict[str, object]) -> None:
    """Write a store as posmon wrote it before events had a time of their own in it, with one event."""
    document = msgspec.json.encode(
        Transaction(id="7", at=scene.now.wall - 60.0, response_code="55", card="ab" * 32)
    ).decode()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for script in migrations()[:2]:
            connection.executescript(script)
        connection.execute("PRAGMA user_version = 2")
        connection.execute(
            "INSERT INTO events (terminal_id, event_id, type, heard_s, heard_wall, document)"
            " VALUES ('10000001', ?, 'transaction', 0.0, ?, ?)",
            (event["id"], scene.now.wall, document),
        )


async def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """Be it marked as its own, or only full of its tables."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    assert "no store of posmon's" in await refusal(path)


async def test_a_store_has_one_posmon(tmp_path: Path) -> None:
    """A second process is refused while the first runs, and not any longer."""
    path = tmp_path / "posmon.db"
    await made(path)
    with _held(path):
        assert "in use by another posmon" in await refusal(path)
    await made(path)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Let another process hold a store."""
    hold = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, f"{path}.lock"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield
        other.communicate()


@pytest.mark.parametrize(
    ("name", "reason"), [("", "is not a file"), ("nowhere/posmon.db", "No such file or directory")]
)
async def test_a_place_that_cannot_be_used_is_refused(name: str, reason: str, tmp_path: Path) -> None:
    """A mistyped path is told at the start."""
    assert reason in await refusal(tmp_path / name)
