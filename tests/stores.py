"""Stores that a test can start again, as a daemon does: each run has a clock of its own."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

from monitor.adapters.sqlite_store import open_store
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.instant import Instant
from monitor.domain.persistence.record import Remembered
from monitor.ports.store import Store
from tests.fakes import START, FakeClock
from tests.lasting_store import LastingStore


async def events_in(store: Store) -> list[SeenEvent]:
    """Return every event that a store yields."""
    return [seen async for portion in store.events() for seen in portion]


class Runs(Protocol):
    """One store over several runs."""

    @property
    def store(self) -> Store:
        """The store of the present run."""
        ...

    async def start(self, now: Instant = START) -> Remembered:
        """End the run before, if any, begin another at `now` and return what it finds."""
        ...

    async def aclose(self) -> None:
        """End the last run."""
        ...


class LastingRuns:
    """Runs on the fake."""

    def __init__(self) -> None:
        self.store = LastingStore()

    async def start(self, now: Instant = START) -> Remembered:
        """Begin another run."""
        return await self.store.load(now)

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""


class SqliteRuns:
    """Runs on one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store: Store
        self._stack = AsyncExitStack()

    async def start(self, now: Instant = START) -> Remembered:
        """Close the file and open it again."""
        await self._stack.aclose()
        self.store = await self._stack.enter_async_context(open_store(self.path, clock=FakeClock(now)))
        return await self.store.load(now)

    async def aclose(self) -> None:
        """Close the file."""
        await self._stack.aclose()
