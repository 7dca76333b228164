"""Fakes of the ports, one ordinary class each."""

import asyncio
import heapq
from collections.abc import Sequence

from monitor.domain.alert import Transition
from monitor.domain.instant import Instant

START = Instant(monotonic=10_000.0, wall=1_795_222_800.0)
"""2026-11-21T01:00:00Z."""


class FakeClock:
    """A clock that stands until `turn`ed; sleepers wake when their time has come."""

    def __init__(self, start: Instant = START) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._slept = 0

    def now(self) -> Instant:
        """Return the hand's position."""
        return self._now

    def monotonic(self) -> float:
        """Return the hand's position on the monotonic clock."""
        return self._now.monotonic

    async def sleep(self, seconds: float) -> None:
        """Wait until the hand has been turned so far; nothing asked for is a turn of the loop."""
        woken = asyncio.get_running_loop().create_future()
        if seconds <= 0:
            asyncio.get_running_loop().call_soon(woken.set_result, None)
        else:
            self._slept += 1
            heapq.heappush(self._sleepers, (self._now.monotonic + seconds, self._slept, woken))
        await woken

    def turn(self, seconds: float) -> Instant:
        """Let time pass on both clocks, wake who is due, and return the new moment."""
        self._now = self._now.ago(-seconds)
        while self._sleepers and self._sleepers[0][0] <= self._now.monotonic:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
        return self._now


class MemoryStore:
    """A journal that forgets when the process ends."""

    def __init__(self) -> None:
        self.journal: list[Transition] = []

    async def commit(self, transitions: Sequence[Transition]) -> None:
        """Append."""
        self.journal += transitions

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return what was appended about `subject`, newest first."""
        return [step for step in reversed(self.journal) if step.subject == subject][:limit]
