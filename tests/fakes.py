"""Fakes of the ports, one ordinary class each."""

import asyncio
import heapq
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from monitor.domain.alerts.alert import Transition
from monitor.domain.device_record.entry import DeviceEntry, last_entries
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.told import HeldSpan, ToldMessage
from monitor.domain.on_call.action import Action
from monitor.domain.persistence.record import Record, Remembered, StoreHealth
from monitor.domain.polling.cadence import Cadence, Timetable
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.rhythm.absence import Absence, ended
from monitor.domain.sources.board import SourceBoard
from monitor.ports.alert_sink import Delivery
from monitor.ports.collector import PollTarget
from monitor.ports.silence_source import ForeignSilence, SilenceReading

START = Instant(monotonic=10_000.0, wall=1_795_222_800.0)
"""2026-11-21T01:00:00Z."""


async def loop_settled() -> None:
    """Let every task run until it waits for something outside the loop's ready queue."""
    for _ in range(20):
        await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes


async def until(condition: Callable[[], bool], *, within_s: float = 5.0) -> None:
    """Wait for what a thread or a socket brings about; TimeoutError when it does not."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.005)  # noqa: TID251 - real time must pass


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
        if seconds <= 0:
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes
            return
        woken = asyncio.get_running_loop().create_future()
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

    async def advance(self, seconds: float) -> Instant:
        """Turn the hand from sleeper to sleeper; whoever wakes runs at its own moment, in order."""
        end = self._now.ago(-seconds)
        await loop_settled()
        while self._sleepers and self._sleepers[0][0] <= end.monotonic:
            due = self._sleepers[0][0]
            self._now = Instant(due, self._now.wall + due - self._now.monotonic)
            self.turn(0.0)
            await loop_settled()
        self._now = end
        return self._now

    def set_wall(self, wall: float) -> None:
        """Make the wall clock jump; the monotonic one stays."""
        self._now = Instant(self._now.monotonic, wall)


class MemoryStore:
    """A store that forgets when the process ends; `records` is what it was given."""

    def __init__(self) -> None:
        self.journal: list[Transition] = []
        self.acted: list[Action] = []
        self.messages: list[ToldMessage] = []
        self.spans: list[HeldSpan] = []
        self.records: list[Record] = []
        self.remembered_events: list[SeenEvent] = []
        self.health = StoreHealth()

    async def load(self, _now: Instant) -> Remembered:
        """Return nothing."""
        return Remembered()

    async def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield what the last `load` found, two at a time."""
        events = self.remembered_events
        for start in range(0, len(events), 2):
            await asyncio.sleep(0)  # noqa: TID251 - a turn, as reading would take
            yield events[start : start + 2]

    async def commit(self, record: Record) -> None:
        """Append."""
        self.records.append(record)
        self.journal += [step.transition for step in record.steps]
        self.acted += record.on_call.actions
        self.messages += record.told.messages
        self.spans += record.told.held

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return what was appended about `subject`, newest first."""
        return [step for step in reversed(self.journal) if step.subject == subject][:limit]

    async def steps(self, since: float, until: float) -> AsyncIterator[Sequence[Transition]]:
        """Yield what was appended in a period, two at a time."""
        found = [step for step in self.journal if since <= step.at.wall < until]
        found.sort(key=lambda step: step.at.wall)
        for start in range(0, len(found), 2):
            yield found[start : start + 2]

    async def absences(
        self, alertname: str, subjects: Sequence[str], *, since: float, until: float
    ) -> Sequence[Absence]:
        """Return when subjects had an alert firing, of those that ended in a period."""
        return ended(self.journal, alertname, subjects, since=since, until=until)

    async def actions(self, *, before: int | None = None, limit: int) -> Sequence[Action]:
        """Return the last actions, newest first."""
        found = [one for one in reversed(self.acted) if before is None or one.number < before]
        return found[: max(0, limit)]

    async def device_record(
        self, terminal_id: str, *, before: tuple[float, str] | None = None, limit: int
    ) -> Sequence[DeviceEntry]:
        """Return the last lines of a terminal's device record, newest first."""
        return last_entries(
            (entry for record in self.records for entry in record.device_entries),
            terminal_id,
            before=before,
            limit=limit,
        )

    async def told(self, since: float, until: float) -> AsyncIterator[Sequence[ToldMessage]]:
        """Yield what was told in a period, one message at a time."""
        for message in self.messages:
            if since <= message.at < until:
                yield [message]

    async def held(self, since: float, until: float) -> Sequence[HeldSpan]:
        """Return what was held in a period."""
        latest = {span.name: span for span in self.spans}
        return [
            span
            for span in latest.values()
            if span.began < until and (span.ended is None or span.ended > since)
        ]


class FakeSink:
    """A receiver that answers from `answers`, then SENT for ever; `batches` is what it was sent."""

    def __init__(self, name: str = "fake", *answers: Delivery) -> None:
        self.name = name
        self.answers = list(answers)
        self.batches: list[list[PostableAlert]] = []

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Answer as told."""
        self.batches.append(list(notices))
        return self.answers.pop(0) if self.answers else Delivery.SENT


class FakeSilences:
    """A place with `silences`, which cannot be read while it has a `fault`."""

    def __init__(self, name: str = "fake", *silences: ForeignSilence) -> None:
        self.name = name
        self.silences = silences
        self.fault = ""

    async def read_silences(self) -> SilenceReading:
        """Answer as told."""
        if self.fault:
            return SilenceReading(fault=self.fault)
        return SilenceReading(silences=self.silences)


class FakeUplinkProbe:
    """A place that answers while `answers` is true."""

    def __init__(self, name: str = "192.0.2.1:53", *, answers: bool = True) -> None:
        self.name = name
        self.answers = answers

    async def reachable(self) -> bool:
        """Answer as told."""
        return self.answers


class FakeHeartbeatClient:
    """Terminals that answer at the next turn of the loop; who is in `silent` never does by itself.

    `answer` makes the result for a target; `begun` lists the endpoints asked, in order.
    """

    def __init__(self, answer: Callable[[PollTarget], PollResult] | None = None) -> None:
        self.answer = answer or (lambda _target: PollResult(Outcome.TIMEOUT, 0.0))
        self.begun: list[str] = []
        self.forgotten: list[str] = []
        self.silent: set[str] = set()
        self._waiting: dict[PollTarget, Callable[[PollResult], None]] = {}

    def of(self, _endpoint: str, *, printer: str = "") -> "FakeHeartbeatClient":  # noqa: ARG002 - the port
        """Be the collector of every endpoint."""
        return self

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Note who is asked, and answer soon."""
        self.begun.append(target.endpoint)
        self._waiting[target] = done
        if target.endpoint not in self.silent:
            asyncio.get_running_loop().call_soon(self._finish, target)

    def forget(self, target: PollTarget) -> None:
        """Never answer what is under way."""
        self.forgotten.append(target.endpoint)
        self._waiting.pop(target, None)

    def answer_waiting(self) -> None:
        """Let everybody answer who has not yet."""
        for target in list(self._waiting):
            self._finish(target)

    def _finish(self, target: PollTarget) -> None:
        done = self._waiting.pop(target, None)
        if done is not None:
            done(self.answer(target))


class FakeTrust:
    """A client that keeps each TLS context it is given."""

    def __init__(self) -> None:
        self.trusted: list[ssl.SSLContext] = []

    def trust(self, tls: ssl.SSLContext) -> None:
        """Keep."""
        self.trusted.append(tls)

    def subjects(self) -> int:
        """Return how many authorities the latest context has."""
        return len(self.trusted[-1].get_ca_certs())


async def not_compared(_board: SourceBoard) -> None:
    """Compare nothing: there is no inventory."""


class FakeSchedule:
    """A schedule that notes who is added, removed and changed."""

    def __init__(self) -> None:
        self.timetable = Timetable(Cadence(interval_s=30.0, timeout_s=5.0))
        self.added: list[str] = []
        self.among: list[int] = []
        self.removed: list[str] = []
        self.changed: list[str] = []

    def add(self, terminals: Iterable[WatchedTerminal], *, among: int = 0) -> None:
        """Note who is new, and how large the fleet is said to be."""
        self.among.append(among)
        self.added += [watched.terminal.terminal_id for watched in terminals]

    def remove(self, terminal_id: str) -> None:
        """Note who is gone."""
        self.removed.append(terminal_id)

    def change(self, watched: WatchedTerminal) -> None:
        """Note who has another row than before."""
        self.changed.append(watched.terminal.terminal_id)


class FakeMailbox:
    """A mailbox that remembers who has reported, and who was looked at again."""

    def __init__(self) -> None:
        self.filed: list[str] = []
        self.hastened: list[str] = []

    def file(self, terminal_id: str) -> None:
        """Remember."""
        self.filed.append(terminal_id)

    def hasten(self, terminals: Iterable[Terminal]) -> None:
        """Remember."""
        self.hastened += [terminal.terminal_id for terminal in terminals]


class FakeServiceManager:
    """A service manager that remembers what was said."""

    def __init__(self, *, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        self.said: list[str] = []

    def ready(self, status: str) -> None:
        """Remember."""
        self.said.append(f"ready: {status}")

    def reloading(self) -> None:
        """Remember."""
        self.said.append("reloading")

    def stopping(self) -> None:
        """Remember."""
        self.said.append("stopping")

    def alive(self) -> None:
        """Remember."""
        self.said.append("alive")
