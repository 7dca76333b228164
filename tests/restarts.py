"""One run of the daemon's middle after another over the same store: pipeline, notifier, receivers."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.alert_sink import AlertSink
from monitor.ports.store import Store
from tests import scenes
from tests.fakes import START, FakeClock
from tests.middle import Middle, NotedRechecks
from tests.running import running


class Run:
    """From `start` on; drop it to crash, `stop` it to end it in order.

    `told` is what the pipeline told the notifier. Each run has a monotonic clock of its own.
    """

    def __init__(
        self,
        store: Store,
        *sinks: AlertSink,
        wall: float = START.wall,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.store = store
        self.clock = FakeClock(Instant(wall % 1000, wall))
        self.fleet = Fleet()
        self.book = AlertBook()
        self.rechecks = NotedRechecks()
        self.evaluation = Evaluation(
            fleet=self.fleet, book=self.book, rule_book=RuleBook(changes), rechecks=self.rechecks
        )
        self.told: list[Transition] = []
        self.middle = Middle(
            fleet=self.fleet,
            book=self.book,
            evaluation=self.evaluation,
            store=store,
            clock=self.clock,
            sinks=sinks,
            tell=self.told.extend,
        )
        self.pipeline = self.middle.pipeline
        self.notifier = self.middle.notifier

    async def start(self, rows: Iterable[Terminal]) -> Self:
        """Load what the run before has left and take an inventory into force."""
        remembered = await self.store.load(self.clock.now())
        self.middle.restore(remembered)
        for row in rows:
            self.evaluation.membership.add(row, self.clock.now())
        self.pipeline.submit(self.evaluation.membership.end_restoration(self.clock.now()))
        self.pipeline.submit(self.evaluation.membership.close_disabled(self.clock.now()))
        return self

    async def play(self, seconds: float) -> None:
        """Let pipeline and notifier run for a while."""
        async with running(self.pipeline.run(), self.notifier.run()):
            await self.clock.advance(seconds)

    async def stop(self) -> float:
        """End it in order, and return the wall time."""
        await self.pipeline.commit(at_once=True)
        await self.notifier.drain(5.0)
        await self.pipeline.finish()
        return self.clock.now().wall

    def hear(self, number: int = 1, **document: Any) -> None:
        """Let a terminal answer with these fields."""
        terminal_id = f"{10_000_000 + number}"
        self._take(terminal_id, scenes.reading(terminal_id, **document))

    def lose(self, *numbers: int) -> None:
        """Let the polls of terminals fail."""
        for number in numbers:
            self._take(f"{10_000_000 + number}", None)

    def _take(self, terminal_id: str, reading: Reading | None) -> None:
        outcome = Outcome.OK if reading else Outcome.TIMEOUT
        self.pipeline.accept(self.fleet[terminal_id], PollResult(outcome, 0.02, reading), self.clock.now())
