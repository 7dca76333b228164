"""Posmon's middle on a real file, and somebody who uses terminal ids that are not theirs.

`python -m tests.crash.impostors FOLDER` lets posmon hear the first half of it, says so when that is durable,
and waits to be killed.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from monitor.adapters.sqlite_store import open_store
from monitor.adapters.system import SystemClock
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.services.event_replay import EventReplay
from tests.middle import Middle
from tests.scenes import reading, terminal

DURABLE = "durable"
FILE = "posmon.db"
ALTERNATING, DOUBLED = "10000001", "10000002"


class Run:
    """One run, from what the run before has left."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        evaluation: Evaluation,
        middle: Middle,
        clock: SystemClock,
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._evaluation = evaluation
        self._middle = middle
        self._clock = clock

    def say(self, terminal_id: str, serial_number: str, *, endpoint_of: str = "") -> None:
        """Let an endpoint, `terminal_id`'s own unless another is given, answer with an id and a serial."""
        heartbeat = reading(terminal_id, serial_number=serial_number)
        watched = self._fleet[endpoint_of or terminal_id]
        self._middle.pipeline.accept(watched, PollResult(Outcome.OK, 0.01, heartbeat), self._clock.now())

    def push(self, source: str, *terminal_ids: str) -> None:
        """Let a source push for ids that the inventory does not know."""
        for terminal_id in terminal_ids:
            steps = self._evaluation.ingest_unknown_id(source, terminal_id, self._clock.now())
            self._middle.pipeline.submit(steps)

    async def commit(self) -> None:
        """Make durable what there is."""
        await self._middle.pipeline.commit(at_once=True)

    @property
    def open(self) -> set[tuple[str, str]]:
        """Name and subject of the alerts that are open."""
        return {(alert.alertname, alert.subject) for alert in self._book if alert.alertname != "Watchdog"}


@asynccontextmanager
async def continued(folder: Path) -> AsyncIterator[Run]:
    """Start on the file in `folder`, with all events of earlier runs back."""
    clock, fleet, book = SystemClock(), Fleet(), AlertBook()
    evaluation = Evaluation(fleet=fleet, book=book, rule_book=RuleBook())
    async with open_store(folder / FILE, clock=clock) as store:
        middle = Middle(fleet=fleet, book=book, evaluation=evaluation, store=store, clock=clock)
        middle.restore(await store.load(clock.now()))
        for number in (1, 2, 3):
            evaluation.membership.add(terminal(number), clock.now())
        middle.pipeline.submit(evaluation.membership.end_restoration(clock.now()))
        replay = EventReplay(
            evaluation=evaluation,
            replay=evaluation.event_tracker.replay,
            store=store,
            clock=clock,
            submit=middle.pipeline.submit,
            done=lambda: None,
        )
        await replay.finish()
        yield Run(fleet=fleet, book=book, evaluation=evaluation, middle=middle, clock=clock)


async def live(folder: Path) -> None:
    """Hear the first half, make it durable, say so, and wait to be killed."""
    async with continued(folder) as run:
        run.say(ALTERNATING, "A")
        run.say(ALTERNATING, "B")
        run.push("till", "70000001", "70000002")
        run.push("guesser", "80000001", "80000002", "80000003")
        for _ in range(3):
            run.say(DOUBLED, "C")
            run.say(DOUBLED, "C", endpoint_of="10000003")
        await run.commit()
        sys.stdout.write(f"{DURABLE}\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
