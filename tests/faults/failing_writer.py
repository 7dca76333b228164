"""A process that commits STEPS steps to a store while its disk fails, and ends when the store has recovered.

Argument: the file. Called `limited.db`, the process itself limits how large files may grow for a while.
"""

import asyncio
import resource
import sys
from pathlib import Path

from monitor.adapters.sqlite_store import SqliteStore, open_store
from monitor.adapters.system import SystemClock
from monitor.domain.persistence.record import JournalEntry, Record
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
            step = JournalEntry(transition=transition(str(number), number), alert=None, told=True)
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


if __name__ == "__main__":
    asyncio.run(_commit_all(Path(sys.argv[1])))
