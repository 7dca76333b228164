"""The events of earlier runs, back in their windows while polling goes on."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from monitor.domain.alerts.alert import Transition
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.event_tracking.replay import Replay
from monitor.ports.clock import Clock
from monitor.ports.store import Store

TURN_EVERY = 250
"""So many events are restored before the event loop runs other tasks."""

log = structlog.get_logger()


class EventReplay:
    """Replays the stored events, a few at a time, and then has those evaluated that came in meanwhile.

    `submit` takes the transitions of that evaluation; `done` is called once, at the end.
    """

    def __init__(
        self,
        *,
        evaluation: Evaluation,
        replay: Replay,
        store: Store,
        clock: Clock,
        submit: Callable[[Sequence[Transition]], None],
        done: Callable[[], None],
    ) -> None:
        self._evaluation = evaluation
        self._replay = replay
        self._store = store
        self._clock = clock
        self._submit = submit
        self._done = done

    async def run(self) -> None:
        """Replay all stored events, then wait until cancelled."""
        await self.finish()
        await asyncio.get_running_loop().create_future()

    async def finish(self) -> None:
        """Replay all stored events. No-op if already done."""
        if not self._replay.is_replayed:
            await self._restore()

    async def _restore(self) -> None:
        began_s, count = self._clock.monotonic(), 0
        async for events in self._store.events():
            count += len(events)
            for start in range(0, len(events), TURN_EVERY):
                self._replay.restore(events[start : start + TURN_EVERY], self._clock.now())
                await self._clock.sleep(0)
        while not self._replay.is_replayed:
            self._submit(self._evaluation.catch_up(self._clock.now()))
            await self._clock.sleep(0)
        self._done()
        log.info("events.recalled", events=count, seconds=round(self._clock.monotonic() - began_s, 1))
