"""A process that commits to a store while its disk fails; exits with 0 when nothing was lost.

Argument: the file. Called `limited.db`, the process itself limits how large files may grow for a while.
"""

import asyncio
import resource
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from monitor.adapters.sqlite_store import SqliteStore, open_store
from monitor.adapters.system import SystemClock
from monitor.domain.record import Record, Step
from tests.contract.test_store import transition
from tests.fakes import START, until

STEPS = 600


async def _commit_all(path: Path) -> None:
    clock = SystemClock()
    async with open_store(path, clock=clock, retry_s=0.002) as store:
        await store.load(clock.now())
        for number in range(STEPS):
            if path.name == "limited.db":
                _limit(path, number)
            step = Step(transition=transition(str(number), number), alert=None, told=True)
            await store.commit(Record(at=START.ago(-number), steps=[step]))
        await _recovered(store)


async def _recovered(store: SqliteStore) -> None:
    await until(lambda: store.health.waiting == 0 and not store.health.fault, within_s=60.0)
    assert store.health.lost == 0


def _limit(path: Path, number: int) -> None:
    """Let no file grow in the second third of the run."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    if number == STEPS // 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{path}-wal").stat().st_size, hard))
    elif number == 2 * STEPS // 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def main() -> None:
    """Commit, then look whether everything is there."""
    path = Path(sys.argv[1])
    asyncio.run(_commit_all(path))
    with closing(sqlite3.connect(path)) as connection:
        found = [
            int(subject) for (subject,) in connection.execute("SELECT subject FROM journal ORDER BY seq")
        ]
    sys.exit(0 if found == list(range(STEPS)) else f"found {len(found)} of {STEPS} steps")


if __name__ == "__main__":
    main()
