"""The events that earlier runs have counted, back in their windows while polling goes on."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from monitor.domain.alerts.alert import Transition
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.ports.clock import Clock
from monitor.ports.store import Store

TURN_EVERY = 250
"""So many events are put back before the event loop gets a turn."""

log = structlog.get_logger()


class EventReplay:
    """Puts back what the store remembers, a little at a time; what was heard meanwhile is judged after it.

    `tell` hears the transitions that come of that; `done` is called once all of it is over.
    """

    def __init__(
        self,
        *,
        evaluation: Evaluation,
        store: Store,
        clock: Clock,
        tell: Callable[[Sequence[Transition]], None],
        done: Callable[[], None],
    ) -> None:
        self._evaluation = evaluation
        self._store = store
        self._clock = clock
        self._tell = tell
        self._done = done

    async def run(self) -> None:
        """Bring everything back, then wait until cancelled."""
        await self.finish()
        await asyncio.get_running_loop().create_future()

    async def finish(self) -> None:
        """Bring everything back; nothing is to be done when that was done before."""
        if not self._evaluation.patterns.is_whole:
            await self._recall()

    async def _recall(self) -> None:
        patterns = self._evaluation.patterns
        began_s, count = self._clock.monotonic(), 0
        async for events in self._store.events():
            count += len(events)
            for start in range(0, len(events), TURN_EVERY):
                patterns.restore(events[start : start + TURN_EVERY], self._clock.now())
                await self._clock.sleep(0)
        while not patterns.is_whole:
            self._tell(self._evaluation.catch_up(self._clock.now()))
            await self._clock.sleep(0)
        self._done()
        log.info("events.recalled", events=count, seconds=round(self._clock.monotonic() - began_s, 1))
