import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from monitor.adapters.sqlite_store import open_store
from monitor.adapters.system import SystemClock
from monitor.domain.alerts.alert import Transition
from monitor.domain.persistence.record import Record
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.alert_sink import Delivery
from monitor.services.pipeline import TICK_S
from tests.fakes import FakeSink, MemoryStore, loop_settled
from tests.fleets import LivingFleet, make_fleet
from tests.middle import Middle
from tests.restarts import Run
from tests.running import running
from tests.scenes import terminal

TRANSITIONS = 10_000
MOST_AT_ONCE = 1000
STEPS = 20
"""Committing takes turns of the loop, which has only so many while the clock stands."""

TAMPERED, SOUND = ({"pin_pad": {"status": status}} for status in ("tampered", "ok"))


class CountingStore(MemoryStore):
    """A store that remembers how much it was given at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    async def commit(self, record: Record) -> None:
        """Append."""
        self.batches.append(len(record.steps))
        await super().commit(record)


class Burst:
    """Pipeline and notifier of a fleet; `most_told` is how many transitions one turn of the loop told."""

    def __init__(self, terminals: int, *answers: Delivery) -> None:
        self.living: LivingFleet = make_fleet(terminals)
        self.store = CountingStore()
        self.sink = FakeSink("fake", *answers)
        self.told = 0
        self.most_told = 0
        middle = Middle(
            fleet=self.living.fleet,
            book=self.living.book,
            evaluation=self.living.evaluation,
            store=self.store,
            clock=self.living.clock,
            sinks=[self.sink],
            tell=self._tell,
        )
        self.pipeline = middle.pipeline
        self.notifier = middle.notifier

    def hear_all(self, **document: object) -> None:
        """Let every terminal answer alike, all at the same moment."""
        now = self.living.clock.now()
        for watched in self.living.fleet:
            reading = self.living.reading(watched.terminal.terminal_id, **document)
            self.pipeline.accept(watched, PollResult(Outcome.OK, 0.01, reading), now)

    async def pass_time(self, seconds: float) -> None:
        """Run both for a while."""
        async with running(self.pipeline.run(), self.notifier.run(), self._count_turns()):
            for _ in range(STEPS):
                await self.living.clock.advance(seconds / STEPS)

    async def _count_turns(self) -> None:
        while True:
            before = self.told
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes
            self.most_told = max(self.most_told, self.told - before)

    def _tell(self, transitions: Sequence[Transition]) -> None:
        self.told += len(transitions)


async def test_a_burst_goes_through_in_portions() -> None:
    """10 000 alerts at once: all committed, all sent, few at a time, and others have their turn."""
    burst = Burst(TRANSITIONS, Delivery.RETRY)
    burst.hear_all(**TAMPERED)
    await burst.pass_time(2.0)
    fired = Counter(step.subject for step in burst.store.journal if step.alertname == "TerminalTampered")
    assert fired == Counter(watched.terminal.terminal_id for watched in burst.living.fleet)
    _, *batches = burst.sink.batches
    sent = Counter(
        notice.labels["terminal_id"] for batch in batches for notice in batch if "site" in notice.labels
    )
    assert sent == fired
    assert burst.notifier.outbox_entries == 0
    assert max(map(len, batches)) <= MOST_AT_ONCE
    assert len(burst.store.batches) <= TRANSITIONS / 100
    assert burst.most_told <= MOST_AT_ONCE


async def test_what_waits_is_bounded_by_the_alerts_not_by_their_steps() -> None:
    """100 terminals that change 100 times while the receiver is away wait as 100 notices, the last ones."""
    terminals = 100
    burst = Burst(terminals, *[Delivery.RETRY] * 1000)
    for number in range(TRANSITIONS // terminals):
        burst.hear_all(**(SOUND if number % 2 else TAMPERED))
        await burst.pass_time(TICK_S)
        assert burst.notifier.outbox_entries <= terminals + 1
    steps = [step for step in burst.store.journal if step.alertname == "TerminalTampered"]
    assert len(steps) == TRANSITIONS
    burst.sink.answers.clear()
    burst.sink.batches.clear()
    await burst.pass_time(600)
    await loop_settled()
    assert burst.notifier.outbox_entries == 0
    resolved = {n.labels["terminal_id"] for batch in burst.sink.batches for n in batch if n.resolved}
    assert resolved == {watched.terminal.terminal_id for watched in burst.living.fleet}


async def test_a_burst_is_durable_when_posmon_is_killed_after_it(tmp_path: Path) -> None:
    """10 000 alerts at once through the real store: all in the file, and the next run knows them all."""
    clock = SystemClock()
    async with open_store(tmp_path / "posmon.db", clock=clock) as store:
        run = await Run(store, FakeSink("fake")).start(
            terminal(number) for number in range(1, TRANSITIONS + 1)
        )
        for number in range(1, TRANSITIONS + 1):
            run.hear(number, **TAMPERED)
        await run.pipeline.commit()
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in ("posmon.db", "posmon.db-wal"):
            shutil.copy(tmp_path / name, copy)
    async with open_store(copy / "posmon.db", clock=clock) as store:
        remembered = await store.load(clock.now())
    fired = {alert.subject for alert in remembered.alerts if alert.alertname == "TerminalTampered"}
    assert len(fired) == TRANSITIONS
    known = {entry.labels["terminal_id"] for entry in remembered.outboxes["fake"]}
    assert known | {step.subject for step in remembered.untold["fake"]} >= fired
