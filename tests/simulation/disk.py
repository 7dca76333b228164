"""A disk that outlives the daemon, and the store that a daemon has on it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from monitor.domain.alerts.alert import Alert, Transition
from monitor.domain.device_record.entry import DeviceEntry, last_entries
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import Entry
from monitor.domain.notification.postable_alert import Identity
from monitor.domain.notification.told import HeldSpan, ToldMessage
from monitor.domain.on_call.action import Action, OnCallMemory, OnCallRule
from monitor.domain.persistence.record import JournalEntry, Record, Remembered, StoreHealth
from monitor.domain.rhythm.absence import Absence, ended
from monitor.ports.clock import Clock
from tests.lasting_store import keys_of


def shifted(value: Any, seconds: float) -> Any:
    """Return a value with the monotonic part of every instant in it moved."""
    if isinstance(value, Instant):
        return Instant(value.monotonic + seconds, value.wall)
    if isinstance(value, tuple | list):
        return tuple(shifted(part, seconds) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: getattr(value, part.name) for part in fields(value)}
        return replace(value, **{name: shifted(part, seconds) for name, part in parts.items()})
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A journal entry, and the world's time at which it was durable."""

    at_s: float
    step: JournalEntry


class Disk:
    """What has been made durable. Instants are in seconds of posmon's own running time."""

    def __init__(self) -> None:
        self.journal: list[Written] = []
        self.running_s = 0.0
        self.alerts: dict[tuple[str, str], Alert] = {}
        self.terminals: dict[str, TerminalMemory] = {}
        self.events: list[SeenEvent] = []
        self.outboxes: dict[str, dict[Identity, Entry]] = {}
        self.rules: dict[str, OnCallRule] = {}
        self.actions: list[Action] = []
        self.device_entries: list[DeviceEntry] = []
        self._latest: Sequence[Transition] = ()

    def write(self, record: Record, at_s: float) -> None:
        """Make one record durable, all of it."""
        self.running_s = record.at.monotonic
        for name, changes in record.outboxes.items():
            outbox = self.outboxes.setdefault(name, {})
            outbox.update({frozenset(entry.labels.items()): entry for entry in changes.put})
            for identity in changes.forgotten:
                outbox.pop(identity, None)
        for step in record.steps:
            self.journal.append(Written(at_s=at_s, step=step))
            key = step.transition.alertname, step.transition.subject
            if step.alert is None:
                self.alerts.pop(key, None)
            else:
                self.alerts[key] = step.alert
        self.alerts |= {alert.key: alert for alert in record.alerts}
        self.terminals |= {memory.terminal_id: memory for memory in record.terminals}
        for terminal_id in record.forgotten:
            self.terminals.pop(terminal_id, None)
        self.events += record.events
        for rule_id in record.on_call.ended:
            self.rules.pop(rule_id, None)
        self.rules |= {rule.id: rule for rule in record.on_call.rules}
        self.actions += record.on_call.actions
        self.device_entries += record.device_entries
        self._latest = [step.transition for step in record.steps if step.told]

    def read(self, receivers: Sequence[str]) -> Remembered:
        """Return everything, in running time."""
        return Remembered(
            alerts=[*self.alerts.values()],
            terminals=[*self.terminals.values()],
            event_keys=keys_of(self.events),
            outboxes={name: [*outbox.values()] for name, outbox in self.outboxes.items()},
            untold=dict.fromkeys(receivers, self._latest),
            on_call=OnCallMemory(rules=[*self.rules.values()], last_action=len(self.actions)),
        )


class DiskStore:
    """The Store port over a disk, for one run of the daemon; a commit takes `latency_s()`."""

    def __init__(
        self, disk: Disk, *, clock: Clock, world_s: Callable[[], float], receivers: Sequence[str],
        latency_s: Callable[[], float],
    ) -> None:  # fmt: skip
        self.health = StoreHealth()
        self._disk = disk
        self._clock = clock
        self._world_s = world_s
        self._receivers = receivers
        self._latency_s = latency_s
        self._ahead_s = disk.running_s - clock.monotonic()
        self._under_way: Record | None = None
        self._is_torn = False
        self._events: list[SeenEvent] = []

    async def load(self, _now: Instant) -> Remembered:
        """Return what the runs before have left, told on this run's clock."""
        remembered = self._disk.read(self._receivers)
        self._events = [*self._disk.events]
        back = -self._ahead_s
        return Remembered(
            alerts=shifted(remembered.alerts, back),
            terminals=shifted(remembered.terminals, back),
            event_keys=remembered.event_keys,
            outboxes=_shifted_values(remembered.outboxes, back),
            untold=_shifted_values(remembered.untold, back),
            on_call=remembered.on_call,
        )

    async def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield what the runs before have counted, told on this run's clock, one by one."""
        for seen in self._events:
            await self._clock.sleep(self._latency_s())
            yield [shifted(seen, -self._ahead_s)]

    async def commit(self, record: Record) -> None:
        """Make durable; a crash meanwhile leaves open whether it was."""
        self._under_way = record
        await self._clock.sleep(self._latency_s())
        if not self._is_torn:
            self._write(record)

    def tear(self, *, is_durable: bool) -> None:
        """Crash: what is under way is durable or not, and nothing is after it."""
        self._is_torn = True
        if self._under_way is not None and is_durable:
            self._write(self._under_way)

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return the last transitions about `subject`."""
        steps = [written.step.transition for written in reversed(self._disk.journal)]
        return [step for step in steps if step.subject == subject][:limit]

    async def steps(self, since: float, until: float) -> AsyncIterator[Sequence[Transition]]:
        """Yield the transitions of a period, told on this run's clock."""
        found = [written.step.transition for written in self._disk.journal]
        found = [step for step in found if since <= step.at.wall < until]
        yield [shifted(step, -self._ahead_s) for step in sorted(found, key=lambda step: step.at.wall)]

    async def absences(
        self, alertname: str, subjects: Sequence[str], *, since: float, until: float
    ) -> Sequence[Absence]:
        """Return when subjects had an alert firing, of those that ended in a period."""
        steps = [written.step.transition for written in self._disk.journal]
        return ended(steps, alertname, subjects, since=since, until=until)

    async def actions(self, *, before: int | None = None, limit: int) -> Sequence[Action]:
        """Return the last actions."""
        found = [one for one in reversed(self._disk.actions) if before is None or one.number < before]
        return found[:limit]

    async def device_record(
        self, terminal_id: str, *, before: tuple[float, str] | None = None, limit: int
    ) -> Sequence[DeviceEntry]:
        """Return the last lines of a terminal's device record."""
        return last_entries(self._disk.device_entries, terminal_id, before=before, limit=limit)

    async def told(self, since: float, until: float) -> AsyncIterator[Sequence[ToldMessage]]:  # noqa: ARG002 - the port
        """Yield nothing: what was told is not kept."""
        nothing: Sequence[Sequence[ToldMessage]] = ()
        for portion in nothing:
            yield portion

    async def held(self, since: float, until: float) -> Sequence[HeldSpan]:  # noqa: ARG002 - the port
        """Return nothing: what was held is not kept."""
        return ()

    def _write(self, record: Record) -> None:
        self._under_way = None
        shifted_record = shifted(record, self._ahead_s)
        outboxes = _shifted_values(record.outboxes, self._ahead_s)
        self._disk.write(replace(shifted_record, outboxes=outboxes), self._world_s())


def _shifted_values(values: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    return {name: shifted(value, seconds) for name, value in values.items()}
