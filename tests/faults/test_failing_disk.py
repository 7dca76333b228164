import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from monitor.adapters.sqlite_store import SqliteStore, open_store
from monitor.domain.notification.outbox import OutboxChanges
from monitor.domain.persistence.record import JournalEntry, Record, StoreHealth
from monitor.domain.self_monitoring.fleet_trend import Sample
from tests.contract.test_store import transition
from tests.contract.test_store_restart import RECEIVER, alert, at, entry, memory
from tests.failing_disk import FULL, IO_ERROR, READ_ONLY, FailingDisk, Plan, each_of
from tests.fakes import START, FakeClock, until
from tests.faults.failing_writer import STEPS
from tests.real import require

ROOT = Path(__file__).parents[2]
STATEMENTS = 40
"""More than opening, a commit and pruning take together."""


@asynccontextmanager
async def opened(path: Path, disk: FailingDisk | None = None, **limits: float) -> AsyncIterator[SqliteStore]:
    """Open a store that retries at once."""
    settings = {"retry_s": 0.0001, **limits}
    disk = disk or FailingDisk()
    async with open_store(path, clock=FakeClock(), connect=disk.connect, **settings) as store:  # type: ignore[arg-type]
        await store.load(START)
        yield store


def full_record(number: int) -> Record:
    """Return a record with something of everything."""
    step = JournalEntry(transition=transition(str(number), number), alert=alert(str(number)), told=True)
    return Record(
        at=at(100.0 * number),
        steps=[step],
        terminals=[memory(str(number))],
        forgotten=[str(number - 1)],
        outboxes={RECEIVER: OutboxChanges(put=[entry(str(number))])},
        samples=[Sample(at=START.wall + number, ok=1, warning=0, critical=0, unknown=0, offline=0, firing=0)],
    )


async def recovered(store: SqliteStore) -> None:
    """Wait until everything is durable."""
    await until(lambda: store.health.waiting == 0 and not store.health.fault, within_s=60.0)


def journal(path: Path) -> list[str]:
    """Return the subjects of all steps, in order."""
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [subject for (subject,) in connection.execute("SELECT subject FROM journal ORDER BY seq")]
    finally:
        connection.close()


@pytest.mark.parametrize("is_late", [False, True], ids=["undone", "done"])
@pytest.mark.parametrize("code", [IO_ERROR, FULL])
async def test_any_statement_may_fail(code: int, *, is_late: bool, tmp_path: Path) -> None:
    """Whichever statement fails, of a commit or of opening the file again, all is there in the end, once."""
    disk = FailingDisk()
    path = tmp_path / "posmon.db"
    disk.code, disk.is_late = code, is_late
    async with opened(path, disk) as store:
        for number in range(STATEMENTS):
            disk.plan = each_of({0, number})
            await store.commit(full_record(number))
            await recovered(store)
        disk.heal()
    assert disk.injected >= STATEMENTS + 20
    assert journal(path) == [str(number) for number in range(STATEMENTS)]
    async with open_store(path, clock=FakeClock()) as store:
        remembered = await store.load(START)
    assert {found.subject for found in remembered.alerts} == set(map(str, range(STATEMENTS)))
    assert [found.terminal_id for found in remembered.terminals] == [str(STATEMENTS - 1)]
    assert len(remembered.outboxes[RECEIVER]) == STATEMENTS
    assert [step.subject for step in remembered.untold[RECEIVER]] == [str(STATEMENTS - 1)]


async def test_a_record_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """Wherever in a commit the disk fails for good, the file holds nothing of it, or all."""
    wholes = []
    for number in range(STATEMENTS):
        disk = FailingDisk()
        path = tmp_path / f"{number}.db"
        async with opened(path, disk) as store:
            await store.commit(full_record(1))
            disk.plan = each_of(set(range(number, 10_000)))
            await store.commit(full_record(2))
        async with open_store(path, clock=FakeClock()) as store:
            found = await store.load(START)
        steps = {*journal(path)}
        assert {alert.subject for alert in found.alerts} == steps
        assert {entry.labels["terminal_id"] for entry in found.outboxes[RECEIVER]} == steps
        assert {terminal.terminal_id for terminal in found.terminals} == {max(steps)}
        wholes.append("2" in steps)
    assert wholes == sorted(wholes)
    assert set(wholes) == {False, True}


def _often(chance: random.Random) -> Plan:
    return lambda _sql: chance.random() < 0.05


async def test_a_thousand_errors_lose_nothing(tmp_path: Path) -> None:
    """A disk that fails every teeach_of statement at random costs no step that was given to the store."""
    injected = 0
    for seed in range(10):
        chance = random.Random(seed)
        disk = FailingDisk()
        path = tmp_path / f"{seed}.db"
        async with opened(path, disk) as store:
            disk.plan = _often(chance)
            for number in range(60):
                disk.code = chance.choice([IO_ERROR, FULL, READ_ONLY])
                disk.is_late = chance.random() < 0.5
                await store.commit(full_record(number))
                if chance.random() < 0.8:
                    await recovered(store)
            await recovered(store)
            disk.heal()
        assert journal(path) == list(map(str, range(60)))
        injected += disk.injected
    assert injected >= 1000


@pytest.mark.parametrize(
    ("code", "words"), [(IO_ERROR, "I/O error"), (FULL, "disk full"), (READ_ONLY, "file is read-only")]
)
async def test_the_fault_is_named_and_the_store_recovers_unaided(
    code: int, words: str, tmp_path: Path
) -> None:
    """While the disk fails `health` says why and how much waits; afterwards nothing does."""
    disk = FailingDisk()
    path = tmp_path / "posmon.db"
    async with opened(path, disk) as store:
        disk.code, disk.plan = code, lambda sql: sql.startswith("BEGIN")
        for number in range(5):
            await store.commit(full_record(number))
        assert store.health.fault == words
        assert store.health.waiting == 5
        assert [step.subject for step in await store.history("3", limit=5)] == ["3"]
        disk.heal()
        await recovered(store)
        assert store.health == StoreHealth(committed=at(400.0))
    assert journal(path) == list("01234")


async def test_what_waits_is_bounded(tmp_path: Path) -> None:
    """Beyond its bound the store lets the oldest steps go and counts them; open alerts are all kept."""
    disk = FailingDisk()
    path = tmp_path / "posmon.db"
    async with opened(path, disk, capacity=10) as store:
        disk.plan = lambda sql: sql.startswith("BEGIN")
        for number in range(25):
            await store.commit(full_record(number))
        await until(lambda: store.health.waiting == 10)
        assert store.health.lost == 15
        disk.heal()
        await recovered(store)
    assert journal(path) == [str(number) for number in range(15, 25)]
    async with open_store(path, clock=FakeClock()) as store:
        assert len((await store.load(START)).alerts) == 25


async def test_a_disk_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    """A commit that takes too long returns, and counts as a failure until the disk answers."""
    disk = FailingDisk()
    path = tmp_path / "posmon.db"
    async with opened(path, disk, patience_s=0.05) as store:
        disk.gate.clear()
        asyncio.get_running_loop().call_later(10.0, disk.gate.set)
        await store.commit(full_record(0))
        assert store.health.fault == "disk does not answer"
        await store.commit(full_record(1))
        assert [step.subject for step in await store.history("1", limit=5)] == ["1"]
        disk.gate.set()
        await recovered(store)
    assert journal(path) == ["0", "1"]


async def test_a_disk_that_fails_at_the_start_is_waited_for(tmp_path: Path) -> None:
    """The daemon starts all the same; what happened meanwhile follows in the journal what was there."""
    path = tmp_path / "posmon.db"
    async with opened(path) as store:
        await store.commit(full_record(0))
    disk = FailingDisk()
    disk.plan = lambda _sql: True
    async with opened(path, disk) as store:
        assert store.health.fault == "I/O error"
        await store.commit(full_record(1))
        disk.heal()
        await recovered(store)
    assert journal(path) == ["0", "1"]
    async with open_store(path, clock=FakeClock()) as store:
        remembered = await store.load(START)
    assert [found.subject for found in remembered.alerts] == ["1"]


async def test_what_could_not_be_loaded_is_not_mixed_with_what_is_new(tmp_path: Path) -> None:
    """When only reading fails at the start, the alerts of this run stay and those of the run before go."""
    path = tmp_path / "posmon.db"
    async with opened(path) as store:
        await store.commit(full_record(0))
    disk = FailingDisk()
    disk.plan = lambda sql: "FROM receivers" in sql
    async with opened(path, disk) as store:
        disk.heal()
        await store.commit(full_record(1))
        disk.plan = each_of({0})
        await store.commit(full_record(2))
        await recovered(store)
    async with open_store(path, clock=FakeClock()) as store:
        assert {found.subject for found in (await store.load(START)).alerts} == {"1", "2"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a directory on a disk of 2 MB; the test is skipped where nothing may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a file system cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


async def test_a_full_disk(small_disk: Path) -> None:
    """On a file system that is really full, posmon goes on from memory, and writes once there is room."""
    path = small_disk / "posmon.db"
    filler = small_disk / "filler"
    async with opened(path) as store:
        await store.commit(full_record(0))
        _fill(filler)
        for number in range(1, 400):
            await store.commit(full_record(number))
        assert store.health.fault == "disk full"
        assert store.health.waiting > 0
        filler.unlink()
        await recovered(store)
        assert store.health.lost == 0
    assert journal(path) == [str(number) for number in range(400)]


def _run(place: Path, *command: str) -> None:
    """Run the program of failing_writer.py and see, from outside, that it lost nothing."""
    ended = subprocess.run(
        [*command, sys.executable, "-m", "tests.faults.failing_writer", str(place)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "store.degraded" in ended.stdout + ended.stderr
    assert "store.recovered" in ended.stdout + ended.stderr
    assert journal(place) == list(map(str, range(STEPS)))


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """Under a limit on the size of files, which needs no privilege, nothing is lost either."""
    _run(tmp_path / "limited.db")


def test_failing_system_calls(tmp_path: Path) -> None:
    """With pwrite and fsync failing at random inside the process, nothing is lost either."""
    fiu = require("fiu-run")
    faults = [
        option
        for point in ("posix/io/rw/pwrite", "posix/io/sync/fsync", "posix/io/sync/fdatasync")
        for option in ("-c", f"enable_random name={point},probability=0.03,failinfo=5")
    ]
    _run(tmp_path / "posmon.db", fiu, "-x", *faults)
