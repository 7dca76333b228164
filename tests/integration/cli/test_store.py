import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from monitor.adapters.sqlite_store import open_store
from monitor.adapters.sqlite_store.database import migrations
from tests.fakes import START, FakeClock
from tests.faults.test_failing_disk import full_record, journal
from tests.integration.cli.command import Ended, posmon
from tests.real import require


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a store with three commits."""
    asyncio.run(_fill(tmp_path / "posmon.db"))
    return tmp_path / "posmon.db"


async def _fill(path: Path) -> None:
    async with open_store(path, clock=FakeClock()) as store:
        await store.load(START)
        for number in range(3):
            await store.commit(full_record(number))


def store(command: str, *arguments: str | Path, file: Path) -> Ended:
    """Run `posmon store`."""
    return posmon("store", command, "--file", str(file), *map(str, arguments))


def test_info_counts_what_is_there(path: Path) -> None:
    """As JSON for scripts, and in words for people."""
    ended = store("info", "-o", "json", file=path)
    document = json.loads(ended.out)
    assert document["path"] == str(path)
    assert document["size_bytes"] == path.stat().st_size
    assert document["schema_version"] == len(migrations())
    assert document["committed_at"] == "2026-11-21T01:03:20.000Z"
    assert document["oldest_step_at"] == "2026-11-21T01:00:00.000Z"
    assert document["rows"] == {
        "journal": 3,
        "alerts": 3,
        "terminals": 1,
        "events": 0,
        "receivers": 1,
        "outbox": 3,
        "trend": 3,
        "discovered": 0,
        "device_record": 0,
        "told": 0,
        "tickets": 0,
        "open_episodes": 0,
        "episodes": 0,
        "profiles": 0,
        "terminal_profiles": 0,
        "watches": 0,
        "rules_in_force": 0,
    }
    ended = store("info", file=path)
    assert ended.code == 0
    assert "journal         3 rows" in ended.out
    assert "trend           3 rows" in ended.out


def test_info_of_an_older_schema(path: Path) -> None:
    """A store that no newer posmon has opened yet is shown with the tables it has."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE trend; PRAGMA user_version = 1;")
    document = json.loads(store("info", "-o", "json", file=path).out)
    assert document["schema_version"] == 1
    assert "trend" not in document["rows"]


def test_the_configuration_says_where_the_store_is(path: Path) -> None:
    """Without --file it is storage.path."""
    (path.parent / "posmon.yaml").write_text("storage: {path: posmon.db}\n", encoding="utf-8")
    ended = posmon("store", "info", cwd=path.parent)
    assert ended.code == 0
    assert str(path) in ended.out


def test_a_sound_store_is_ok(path: Path) -> None:
    """Exit code 0."""
    ended = store("check", file=path)
    assert (ended.code, ended.out) == (0, f"{path}: ok\n")
    assert json.loads(store("check", "-o", "json", file=path).out)["ok"] is True


def test_a_damaged_store_is_not(path: Path) -> None:
    """Exit code 1, and the fault by name."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    ended = store("check", file=path)
    assert ended.code == 1
    assert str(path) in ended.err
    ended = store("check", "-o", "json", file=path)
    assert ended.code == 1
    assert json.loads(ended.out)["faults"]


def _bookmarks(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


@pytest.mark.parametrize("command", [["info"], ["check"], ["backup", "copy.db"]], ids=" ".join)
def test_what_is_no_store_is_told(command: Sequence[str], tmp_path: Path) -> None:
    """A missing file and another program's database are named, each with exit code 1."""
    name, *rest = command
    targets = [tmp_path / word for word in rest]
    missing = store(name, *targets, file=tmp_path / "none.db")
    assert (missing.code, missing.err) == (1, f"{tmp_path}/none.db: no such file\n")
    _bookmarks(tmp_path / "other.db")
    other = store(name, *targets, file=tmp_path / "other.db")
    assert other.code == 1
    assert "no store of posmon's" in other.err
    assert not any(tmp_path.glob("*copy*"))


def test_a_backup_is_a_store_of_its_own(path: Path, tmp_path: Path) -> None:
    """One file with everything in it, which nobody else may read, and which check takes for sound."""
    target = tmp_path / "backups" / "copy.db"
    target.parent.mkdir()
    assert store("backup", target, file=path).code == 0
    assert [found.name for found in target.parent.iterdir()] == ["copy.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert journal(target) == ["0", "1", "2"]
    assert store("check", file=target).code == 0


async def test_a_backup_is_taken_while_the_daemon_writes(path: Path, tmp_path: Path) -> None:
    """It holds nobody up, and holds what was committed before."""
    target = tmp_path / "copy.db"
    async with open_store(path, clock=FakeClock()) as open_:
        await open_.load(START)
        await open_.commit(full_record(3))
        backup = asyncio.to_thread(store, "backup", target, file=path)
        task = asyncio.ensure_future(backup)
        number = 4
        while not task.done():
            await open_.commit(full_record(number))
            number += 1
        assert open_.health.fault == ""
        assert (await task).code == 0
    copied = journal(target)
    assert copied == list(map(str, range(len(copied))))
    assert len(copied) >= 4


def test_a_backup_replaces_nothing_unasked(path: Path, tmp_path: Path) -> None:
    """Only with --force, and never the store itself."""
    target = tmp_path / "copy.db"
    target.write_text("precious", encoding="utf-8")
    refused = store("backup", target, file=path)
    assert refused.code == 1
    assert "--force" in refused.err
    assert target.read_text(encoding="utf-8") == "precious"
    assert store("backup", "--force", target, file=path).code == 0
    assert journal(target) == ["0", "1", "2"]
    itself = store("backup", "--force", path, file=path)
    assert "is the store itself" in itself.err
    assert store("backup", tmp_path / "nowhere" / "copy.db", file=path).code == 1


@pytest.mark.parametrize("command", ["info", "check"])
def test_a_store_on_a_read_only_disk(path: Path, command: str) -> None:
    """It is said what to do: SQLite wants to write beside what it reads."""
    apart = [require("unshare"), "--map-root-user", "--mount"]
    if subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine gives no mounts of one's own")
    folder = path.parent
    script = f'mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && exec "$@"'
    command_line = [sys.executable, "-m", "monitor", "store", command, "--file", str(path)]
    ended = subprocess.run(
        [*apart, "sh", "-c", script, "sh", *command_line], check=False, capture_output=True
    )
    assert ended.returncode == 1
    assert b"cannot be read: file cannot be opened; its directory cannot be written" in ended.stderr
