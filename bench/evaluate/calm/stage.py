"""The whole daemon in simulated time: wired as it wires itself, only network, clock and disk are ours."""

import asyncio
import csv
import heapq
import json
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, cast

from msgspec.structs import asdict

from bench.evaluate.calm.alertmanager_model import AlertmanagerModel
from bench.evaluate.calm.town import Till, TownShop
from bench.evaluate.stage import instant
from bench.evaluate.world.story import START_WALL, Story
from bench.memory_store import MemoryStore
from monitor import app
from monitor.adapters.collectors.table import CollectorTable
from monitor.assembly.state import State, blank_state
from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.domain.alerts.alert import AlertState
from monitor.domain.events.card_hash import LABEL_DIGITS, CardHasher
from monitor.domain.fleet.poll_history import HISTORY_POLLS
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import FIELDS, Terminal
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.pushing.document import decode_document
from monitor.domain.pushing.source import PushSource
from monitor.ports.alert_sink import Delivery
from monitor.ports.collector import PollTarget

STEP_S = 10.0
"""Time passes in such steps; a hold may last so much longer than configured."""

QUIET_STEP_S = 60.0
"""While no alert waits or moves, the daemon looks at the time this seldom only."""

PATIENT = frozenset({"FirmwareOutdated", "RegistrationPending"})
"""Those wait for a day."""

STEADY = Cadence(interval_s=1800.0, timeout_s=5.0)
"""How often a till is polled that was the same for SAME_POLLS polls: more would change nothing."""

SAME_POLLS = HISTORY_POLLS + 4
"""So many polls fill the history from which flapping is judged."""

CARD_KEY = "the key of the evaluation of calm, no secret"
_ANSWERS_IN_S = 0.02
_TURNS = 200


def card_label(token: str) -> str:
    """Return the label that alerts give a card's token."""
    return CardHasher([CARD_KEY.encode()]).card(token)[:LABEL_DIGITS]


def write_configuration(folder: Path, shops: Sequence[TownShop], sections: dict[str, Any]) -> Settings:
    """Write inventory and configuration into a folder as operators do, and return the settings in force."""
    with (folder / "inventory.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, FIELDS)
        rows.writeheader()
        rows.writerows(asdict(till.row) for shop in shops for till in shop.tills)
    base: dict[str, Any] = {
        "inventory": {"path": "inventory.csv"},
        "events": {"card_key": CARD_KEY},
        # Half of the time went into saying every minute that nothing has changed.
        "alerting": {"resend_interval": "3m"},
    }
    path = folder / "posmon.yaml"
    path.write_text(json.dumps(base | sections), encoding="utf-8")  # JSON is YAML
    return load_settings(path, {})


class SteppedClock:
    """The Clock port: time moves only by `pass_to`, which wakes whom it should."""

    def __init__(self) -> None:
        self.at = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def monotonic(self) -> float:
        """Return seconds on the clock that is never set."""
        return instant(self.at).monotonic

    def now(self) -> Instant:
        """Return the moment of the story."""
        return instant(self.at)

    async def sleep(self, seconds: float) -> None:
        """Wait in simulated time."""
        if seconds <= 0:
            await asyncio.sleep(0)  # noqa: TID251 - this is the port's adapter
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.at + seconds, next(self._order), future))
        await future

    def pass_to(self, at: float) -> None:
        """Let time pass; nobody is woken yet."""
        self.at = at

    def wake(self) -> bool:
        """Wake all whose time has come; tell whether there were any."""
        has_woken = False
        while self._sleepers and self._sleepers[0][0] <= self.at:
            future = heapq.heappop(self._sleepers)[2]
            if not future.done():
                future.set_result(None)
                has_woken = True
        return has_woken


class TownClient:
    """The HeartbeatClient port: tills answer as they are, when `deliver` says so.

    A till of which nothing new is heard is asked less often; `hasten` has it asked at once when something
    changes. For every till that is newly lost, another one that answers is asked too, since posmon
    judges the loss of a whole fleet by what still answers in between.
    """

    def __init__(self, tills: Sequence[Till], *, hasten: Callable[[Sequence[Terminal]], None]) -> None:
        self.polls = 0
        self._tills = tills
        self._by_endpoint = {till.row.endpoint: till for till in tills}
        self._hasten = hasten
        self._asked: list[tuple[PollTarget, Callable[[PollResult], None]]] = []
        self._unanswered: list[Callable[[PollResult], None]] = []
        self._usual: Cadence | None = None
        self._dice = Random(1)

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Note a poll; it is answered later."""
        self._asked.append((target, done))

    def forget(self, target: PollTarget) -> None:
        """Drop the poll of a till that is no longer watched."""
        self._asked = [asked for asked in self._asked if asked[0] is not target]

    def close(self) -> None:
        """Nothing is open."""

    def deliver(self) -> None:
        """Answer everything that was asked; who does not answer times out at the next call."""
        asked, self._asked = self._asked, []
        unanswered, self._unanswered = self._unanswered, []
        for done in unanswered:
            done(PollResult(Outcome.TIMEOUT, 5.0, None, "no answer in time"))
        self.polls += len(asked)
        for target, done in asked:
            till = self._by_endpoint[target.endpoint]
            body = till.answer()
            self._pace(target, till)
            if body is None:
                if till.same_polls <= 1:
                    self._ask_another()
                self._unanswered.append(done)
            else:
                heartbeat = read_heartbeat(body)
                done(PollResult(Outcome.OK, _ANSWERS_IN_S, heartbeat.reading, events=heartbeat.events))

    def _pace(self, target: PollTarget, till: Till) -> None:
        till.same_polls += 1
        self._usual = self._usual or target.cadence
        is_steady = till.same_polls > SAME_POLLS and not till.dark and not till.lost_share
        target.cadence = STEADY if is_steady else self._usual

    def _ask_another(self) -> None:
        for _ in range(5):
            till = self._dice.choice(self._tills)
            if not till.dark:
                self._hasten([till.row])
                return


class ModelSink:
    """An alert sink that is the model of Alertmanager."""

    name = "alertmanager"
    fault = ""

    def __init__(self, model: AlertmanagerModel, clock: SteppedClock) -> None:
        self._model = model
        self._clock = clock

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Post a batch."""
        now = self._clock.now().wall
        self._model.pass_to(now)
        for notice in notices:
            self._model.take(
                notice.labels,
                now,
                starts_at=notice.starts_at,
                ends_at=notice.ends_at,
                is_silenced=bool(notice.held),
            )
        return Delivery.SENT


class _NoManager:
    """The ServiceManager port where nobody listens."""

    watchdog_s = None

    def ready(self, status: str) -> None:
        """Tell nobody."""

    def reloading(self) -> None:
        """Tell nobody."""

    def stopping(self) -> None:
        """Tell nobody."""

    def alive(self) -> None:
        """Tell nobody."""


class _NoRefresh:
    """Leaves the annotations of firing alerts as they were written first."""

    def tick(self, now: Instant) -> None:
        """Do nothing."""


class CalmStage:
    """The wire's other end: posmon as it runs, a step at a time. `begin` once, then `live`."""

    def __init__(self, story: Story, model: AlertmanagerModel) -> None:
        self.clock = SteppedClock()
        self._story = story
        self._model = model
        self._services: Any = None
        self._client: TownClient | None = None
        self._moved_at = 0.0

    @property
    def polls(self) -> int:
        """How many polls there were."""
        return self._client.polls if self._client else 0

    @property
    def state(self) -> State:
        """What posmon knows."""
        return cast("State", self._services.state)

    def foretold(self, till: Till) -> None:
        """Poll a till at once: it is about to fall silent."""
        self._hasten([till.row])

    def reported(self, till: Till) -> None:
        """Have a till polled at its next turn: something about it has changed."""
        at = self._story.now + self._story.random.uniform(0, till.interval_s)
        self._story.at(at, lambda: self._hasten([till.row]))

    def pushed_events(
        self, source: str, terminal_id: str, documents: Sequence[dict[str, object]], _at: float
    ) -> None:
        """Bring events that somebody pushes for a terminal."""
        document = {"terminal_id": terminal_id, "events": list(documents)}
        for _receipt in self._services.intake.events(PushSource(name=source), document):
            pass

    def pushed_heartbeat(self, source: str, body: bytes, _at: float) -> None:
        """Bring a heartbeat that somebody pushes."""
        self._services.intake.heartbeat(PushSource(name=source), decode_document(body), body)

    def inventory_changed(self, row: Terminal, _at: float) -> None:
        """Let an operator correct a row of the inventory."""
        change = self._services.evaluation.membership.change(row, self.clock.now())
        self._services.pipeline.submit(change)

    def answered(self, terminal_id: str, body: bytes, at: float) -> None:
        """Nothing answers before it is asked."""

    def failed(self, terminal_id: str, outcome: Outcome, detail: str, at: float) -> None:
        """Nothing fails before it is asked."""

    def passes(self, at: float) -> None:
        """Time passes in `live`."""

    async def begin(self, settings: Settings, tills: Sequence[Till]) -> None:
        """Start the daemon: wire it, recall what there is, read the inventory."""
        client = TownClient(tills, hasten=self._hasten)
        manager = _NoManager()
        state = blank_state(settings, self.clock, MemoryStore())
        self._client = client
        self._services = app._wire(  # noqa: SLF001 - as the daemon does it, with other ends
            settings,
            lambda: settings,
            state=state,
            http=cast("Any", client),
            collectors=CollectorTable(http=client, others={}, lookup=client, sources=()),
            sinks=cast("Any", [ModelSink(self._model, self.clock)]),
            manager=cast("Any", manager),
        )
        # What already fires keeps its words: renewing them would take most of the time.
        self._services.evaluation._refresh = _NoRefresh()  # noqa: SLF001 - nothing else is left out
        await self._services.recall()
        await self._services.reloader.reload()

    async def live(self, until: float) -> None:
        """Let everything happen up to a moment of the story."""
        services = self._services
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one.run()) for one in (services.notifier, services.recollection)]
            while self.clock.at < until:
                await self._step(self.clock.at + STEP_S)
            for task in tasks:
                task.cancel()

    def _hasten(self, terminals: Sequence[Terminal]) -> None:
        self._services.scheduler._rechecks.hasten(terminals)  # noqa: SLF001 - one line for all who ask

    async def _step(self, at: float) -> None:
        services = self._services
        self.clock.pass_to(at)
        self._story.play(at)
        services.scheduler.tick()
        assert self._client is not None
        self._client.deliver()
        before, is_busy = len(self._model.messages), self._is_busy(at)
        if is_busy:
            services.pipeline.tick()
        await services.pipeline.commit()
        is_awake = is_busy and self.clock.wake()
        if is_awake or services.notifier.outbox_entries:
            await self._settle()
        self._model.pass_to(START_WALL + at)
        if len(self._model.messages) > before:
            self._moved_at = at

    def _is_busy(self, at: float) -> bool:
        if at % QUIET_STEP_S < STEP_S or at < self._moved_at + QUIET_STEP_S:
            return True
        return any(
            number
            for (alertname, _, state), number in self.state.book.counts.items()
            if state is AlertState.PENDING and alertname not in PATIENT
        )

    async def _settle(self) -> None:
        """Let the notifier send what waits."""
        for turn in range(_TURNS):
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop
            if turn > 5 and not self._services.notifier.outbox_entries:
                return
