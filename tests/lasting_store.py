"""A store that outlives its daemon: what a restart finds, told on the new run's clocks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.events.deduplication import event_keys
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import Entry, identity_of
from monitor.domain.notification.postable_alert import Identity
from monitor.domain.notification.ticket import Ticket
from monitor.domain.on_call.action import OnCallMemory, OnCallRule
from monitor.domain.persistence.record import Record, Remembered
from monitor.domain.self_monitoring.fleet_trend import TREND_S, Sample
from monitor.domain.sources.discovery import DiscoveredTerminal
from tests.fakes import MemoryStore

Move = Callable[[Instant], Instant]


def moved_by(seconds: float) -> Move:
    """Return what tells an instant on a monotonic clock that is ahead by `seconds`."""
    return lambda instant: Instant(instant.monotonic + seconds, instant.wall)


def moved_alert(alert: Alert, move: Move) -> Alert:
    """Return a copy told on another clock."""
    return replace(
        alert,
        since=move(alert.since),
        last_present=move(alert.last_present),
        seen_since=alert.seen_since and move(alert.seen_since),
        absent_since=alert.absent_since and move(alert.absent_since),
        fired_at=alert.fired_at and move(alert.fired_at),
        resolved_at=alert.resolved_at and move(alert.resolved_at),
    )


def moved_memory(memory: TerminalMemory, move: Move) -> TerminalMemory:
    """Return a copy told on another clock."""
    return replace(
        memory,
        first_seen=move(memory.first_seen),
        last_good=memory.last_good and move(memory.last_good),
        restarts=tuple(map(move, memory.restarts)),
        changes=tuple(replace(change, at=move(change.at)) for change in memory.changes),
    )


def _moved_entry(entry: Entry, move: Move) -> Entry:
    return replace(
        entry,
        since=move(entry.since),
        resolved_at=entry.resolved_at and move(entry.resolved_at),
        settled_at=entry.settled_at and move(entry.settled_at),
        withheld_at=entry.withheld_at and move(entry.withheld_at),
    )


def _moved_step(step: Transition, move: Move) -> Transition:
    return replace(step, at=move(step.at), since=move(step.since))


def keys_of(events: Iterable[SeenEvent]) -> Sequence[int]:
    """Return what a store says of events before it gives them."""
    return event_keys(seen.name for seen in events)


class LastingStore(MemoryStore):
    """The Store port with everything it promises, but for a disk.

    `load` may be called again and again: each time another run begins.
    """

    def __init__(self) -> None:
        super().__init__()
        self._alerts: dict[tuple[str, str], Alert] = {}
        self._terminals: dict[str, TerminalMemory] = {}
        self._events: list[SeenEvent] = []
        self._outboxes: dict[str, dict[Identity, Entry]] = {}
        self._untold: dict[str, list[Transition]] = {}
        self._samples: list[Sample] = []
        self._rules: dict[str, OnCallRule] = {}
        self._discovered: dict[str, DiscoveredTerminal] = {}
        self._tickets: dict[tuple[str, str], Ticket] = {}
        self._last: Instant | None = None

    async def load(self, now: Instant) -> Remembered:
        """Return what was committed; no time has passed on monotonic clocks since the last commit."""
        move = moved_by(now.monotonic - self._last.monotonic if self._last else 0.0)
        self._alerts = {key: moved_alert(alert, move) for key, alert in self._alerts.items()}
        self._terminals = {key: moved_memory(memory, move) for key, memory in self._terminals.items()}
        self._discovered = {
            name: replace(found, unlisted_since=found.unlisted_since and move(found.unlisted_since))
            for name, found in self._discovered.items()
        }
        self._outboxes = {
            name: {identity: _moved_entry(entry, move) for identity, entry in entries.items()}
            for name, entries in self._outboxes.items()
        }
        self._untold = {
            name: [_moved_step(step, move) for step in steps] for name, steps in self._untold.items()
        }
        self._last = now
        self.remembered_events = list(self._events)
        return Remembered(
            alerts=[replace(alert) for alert in self._alerts.values()],
            terminals=list(self._terminals.values()),
            event_keys=keys_of(self.remembered_events),
            outboxes={name: list(entries.values()) for name, entries in self._outboxes.items()},
            untold={name: list(steps) for name, steps in self._untold.items()},
            samples=list(self._samples),
            on_call=OnCallMemory(rules=[*self._rules.values()], last_action=len(self.acted)),
            discovered=list(self._discovered.values()),
            tickets=list(self._tickets.values()),
        )

    async def commit(self, record: Record) -> None:
        """Take in a record."""
        await super().commit(record)
        self._last = record.at
        for name, changes in record.outboxes.items():
            entries = self._outboxes.setdefault(name, {})
            self._untold[name] = []
            for identity in changes.forgotten:
                entries.pop(identity, None)
            entries |= {identity_of(entry): entry for entry in changes.put}
        self._terminals |= {memory.terminal_id: memory for memory in record.terminals}
        for terminal_id in record.forgotten:
            self._terminals.pop(terminal_id, None)
        self._events += record.events
        for terminal_id, found in record.discovered.items():
            self._discovered.pop(terminal_id, None)
            if found is not None:
                self._discovered[terminal_id] = found
        changed = {**self._tickets, **record.tickets}
        self._tickets = {key: ticket for key, ticket in changed.items() if ticket is not None}
        self._take_samples(record.samples)
        for rule_id in record.on_call.ended:
            self._rules.pop(rule_id, None)
        self._rules |= {rule.id: rule for rule in record.on_call.rules}
        self._alerts |= {alert.key: alert for alert in record.alerts}
        for step in record.steps:
            key = step.transition.alertname, step.transition.subject
            self._alerts.pop(key, None)
            if step.alert is not None:
                self._alerts[key] = step.alert
            for name in self._untold if step.told else ():
                self._untold[name].append(step.transition)

    def _take_samples(self, samples: Sequence[Sample]) -> None:
        if samples:
            last = samples[-1].at
            kept = (sample for sample in self._samples if last - TREND_S <= sample.at <= last)
            self._samples = sorted([*kept, *samples], key=lambda sample: sample.at)


def lives(journal: Sequence[Transition]) -> list[tuple[str, str, float]]:
    """Return each firing there was: alert name, subject and when it began."""
    return [
        (step.alertname, step.subject, step.since.wall)
        for step in journal
        if step.state is AlertState.FIRING and step.alertname != "Watchdog"
    ]
