"""The middle of the daemon on a real file and real time: store, evaluation, pipeline, notifier.

Some terminals are ill the whole time, some sound, the others change at random, many times a second.
"""

import random
from pathlib import Path
from typing import Any

from monitor.adapters.sqlite_store import open_store
from monitor.adapters.system import SystemClock
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.clock import Clock
from tests.crash.witness import Witness, WitnessedSink, WitnessedStore
from tests.middle import Middle
from tests.running import running
from tests.scenes import reading, site, terminal

SILENT, TAMPERED, WITHOUT_PAPER, SOUND = range(1, 6), range(6, 11), range(11, 14), range(14, 21)
RESTLESS = range(21, 61)
HOLD_S = 2.0
RULES: dict[str, dict[str, Any]] = {
    "TerminalOffline": {"for_s": 0.2},
    "SiteOffline": {"for_s": 0.5},
    "PaperOut": {"for_s": HOLD_S},
    "TerminalFlapping": {"enabled": False},
}
WELL: dict[str, Any] = {"pin_pad": {"status": "ok"}, "printer": {"status": "ok"}}
ILL: tuple[dict[str, Any] | None, ...] = (
    None,
    WELL | {"pin_pad": {"status": "tampered"}},
    WELL | {"printer": {"status": "paper_out"}},
    WELL | {"card_reader": {"status": "fault"}},
)
_STEADY = {
    **dict.fromkeys(SILENT, None),
    **dict.fromkeys(TAMPERED, ILL[1]),
    **dict.fromkeys(WITHOUT_PAPER, ILL[2]),
    **dict.fromkeys(SOUND, WELL),
}
FLEET = [*site("far", len(SILENT)), *(terminal(number) for number in range(SILENT.stop, RESTLESS.stop))]


class Victim:
    """Posmon's middle; everything that happens is noted by a witness."""

    def __init__(self, store: WitnessedStore, clock: Clock, witness: Witness, *, is_last: bool) -> None:
        self.store = store
        self.clock = clock
        self.witness = witness
        self.fleet, book = Fleet(), AlertBook()
        self.evaluation = Evaluation(fleet=self.fleet, book=book, rule_book=RuleBook(RULES))
        self.middle = Middle(
            fleet=self.fleet,
            book=book,
            evaluation=self.evaluation,
            store=store,
            clock=clock,
            sinks=[
                WitnessedSink("there", witness, there=True),
                WitnessedSink("away", witness, there=is_last),
            ],
        )
        self.pipeline = self.middle.pipeline
        self.notifier = self.middle.notifier

    async def start(self) -> None:
        """Go on where the run before has left off."""
        now = self.clock.now()
        remembered = await self.store.load(now)
        self.middle.restore(remembered)
        for row in FLEET:
            self.evaluation.membership.add(row, now)
        self.pipeline.submit(self.evaluation.membership.end_restoration(now))

    async def run(self) -> None:
        """Do what the pipeline does when it runs, but without a pause: most kills hit a commit."""
        while True:
            await self.clock.sleep(0.002)
            self.pipeline.tick()
            await self.pipeline.commit()

    async def live(self, seed: int) -> None:
        """Poll without end: who changes does so at random."""
        chance = random.Random(seed)
        states: dict[int, dict[str, Any] | None] = dict.fromkeys(RESTLESS, WELL)
        while True:
            for number, said in _STEADY.items():
                self.poll(number, said)
            for _ in range(20):
                number = chance.choice(RESTLESS)
                if chance.random() < 0.5:
                    states[number] = chance.choice((WELL, *ILL))
                self.poll(number, states[number])
                await self.clock.sleep(0.001)

    async def recover(self) -> None:
        """Poll until everybody who changes is sound again and all is told."""
        for _ in range(30):
            for number in RESTLESS:
                self.poll(number, WELL)
            for number, said in _STEADY.items():
                self.poll(number, said)
            await self.clock.sleep(0.1)
        while self.notifier.outbox_entries:
            await self.clock.sleep(0.1)

    def poll(self, number: int, said: dict[str, Any] | None) -> None:
        """Let a terminal answer, or not."""
        terminal_id = f"{10_000_000 + number}"
        now = self.clock.now()
        if said is WELL or number in RESTLESS:
            self.witness.note("polled", subject=terminal_id, well=_signs(said), at=now.wall)
        outcome = Outcome.TIMEOUT if said is None else Outcome.OK
        heartbeat = None if said is None else reading(terminal_id, **said)
        watched = self.fleet[terminal_id]
        self.pipeline.accept(watched, PollResult(outcome, 0.001, heartbeat), now)


def _signs(said: dict[str, Any] | None) -> list[str]:
    """Name the alerts that an answer ends."""
    if said is None:
        return []
    ended = {"TerminalOffline", "TerminalTampered", "PaperOut", "CardReaderFault"}
    for sign, alertname in (
        (ILL[1], "TerminalTampered"),
        (ILL[2], "PaperOut"),
        (ILL[3], "CardReaderFault"),
    ):
        ended -= {alertname} if said is sign else set()
    return sorted(ended)


async def live(folder: Path, seed: int) -> None:
    """Run until killed."""
    clock, witness = SystemClock(), Witness(folder / "testimony")
    async with open_store(folder / "posmon.db", clock=clock) as store:
        victim = Victim(WitnessedStore(store, witness), clock, witness, is_last=False)
        await victim.start()
        async with running(victim.run(), victim.notifier.run()):
            await victim.live(seed)


async def end(folder: Path) -> None:
    """Run until all is well and told, and stop in order."""
    clock, witness = SystemClock(), Witness(folder / "testimony")
    async with open_store(folder / "posmon.db", clock=clock) as store:
        victim = Victim(WitnessedStore(store, witness), clock, witness, is_last=True)
        await victim.start()
        async with running(victim.run(), victim.notifier.run()):
            await victim.recover()
        await victim.pipeline.commit(at_once=True)
        await victim.notifier.drain(5.0)
        await victim.pipeline.finish()
