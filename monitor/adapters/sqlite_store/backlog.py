"""What is not durable yet: the journal's rows in order, and of everything else the last state."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.domain.alerts.alert import Alert, Transition
from monitor.domain.availability.facts import (
    AvailabilityChanges,
    Episode,
    EpisodeKey,
    ProfileFrom,
    RuleInForce,
    Watch,
)
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.events.deduplication import EventName
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import Entry, OutboxChanges, identity_of
from monitor.domain.notification.postable_alert import Identity
from monitor.domain.notification.ticket import Ticket
from monitor.domain.notification.told import ToldChanges
from monitor.domain.on_call.action import Action, OnCallRule
from monitor.domain.persistence.record import Record
from monitor.domain.self_monitoring.fleet_trend import SAMPLES_KEPT, Sample
from monitor.domain.sources.discovery import DiscoveredTerminal

CAPACITY = 50_000
"""So many journal rows, and as many events, are kept while the disk fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """A step under its number in this run, from 1 on."""

    seq: int
    transition: Transition
    told: bool


@dataclass(slots=True, kw_only=True)
class OutboxBacklog:
    """Changes of one receiver's outbox: first `forgotten` goes, then `put` is put.

    `told_through` is the last step before those changes were taken.
    """

    told_through: int
    forgotten: dict[Identity, None] = field(default_factory=dict)
    put: dict[Identity, Entry] = field(default_factory=dict)

    def add(self, told_through: int, forgotten: Iterable[Identity], put: Iterable[Entry]) -> None:
        """Add later changes."""
        self.told_through = told_through
        for identity in forgotten:
            self.forgotten[identity] = None
            self.put.pop(identity, None)
        self.put |= {identity_of(entry): entry for entry in put}


@dataclass(slots=True, kw_only=True)
class FactBacklog:
    """Facts for reports, each as it is last known."""

    episodes: dict[EpisodeKey, Episode] = field(default_factory=dict)
    profiles: dict[tuple[str, int], ProfileFrom] = field(default_factory=dict)
    watches: dict[int, Watch] = field(default_factory=dict)
    rules: dict[tuple[str, int], RuleInForce] = field(default_factory=dict)

    def add(self, changes: AvailabilityChanges) -> None:
        """Add later changes."""
        self.episodes |= {episode.key: episode for episode in changes.episodes}
        self.profiles |= {(one.terminal_id, one.since): one for one in changes.profiles}
        self.watches |= {watch.began: watch for watch in changes.watches}
        self.rules |= {(rule.id, rule.since): rule for rule in changes.rules}

    def changes(self) -> AvailabilityChanges:
        """Return all of them."""
        return AvailabilityChanges(
            episodes=[*self.episodes.values()],
            profiles=[*self.profiles.values()],
            watches=[*self.watches.values()],
            rules=[*self.rules.values()],
        )

    def trim(self, capacity: int) -> None:
        """Drop the oldest episodes beyond `capacity`."""
        for key in list(self.episodes)[: max(0, len(self.episodes) - capacity)]:
            del self.episodes[key]


@dataclass(slots=True, kw_only=True)
class Backlog:
    """Records that were given one after the other, as one; writing it twice does no more than once.

    `last_seq` is the number of the last step given in this run; None stands for what is to be deleted.
    """

    last_seq: int = 0
    at: Instant | None = None
    rows: deque[JournalRow] = field(default_factory=deque)
    alerts: dict[tuple[str, str], Alert | None] = field(default_factory=dict)
    terminals: dict[str, TerminalMemory | None] = field(default_factory=dict)
    events: dict[EventName, SeenEvent] = field(default_factory=dict)
    outboxes: dict[str, OutboxBacklog] = field(default_factory=dict)
    discovered: dict[str, DiscoveredTerminal | None] = field(default_factory=dict)
    tickets: dict[tuple[str, str], Ticket | None] = field(default_factory=dict)
    samples: deque[Sample] = field(default_factory=lambda: deque(maxlen=SAMPLES_KEPT))
    on_call: dict[str, OnCallRule | None] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    device_entries: dict[tuple[str, float, str], DeviceEntry] = field(default_factory=dict)
    told: deque[ToldChanges] = field(default_factory=deque)
    facts: FactBacklog = field(default_factory=FactBacklog)

    def add(self, record: Record) -> None:
        """Add a record; the numbers of its steps continue."""
        self.at = record.at
        for name, changes in record.outboxes.items():
            self._change_outbox(name, changes)
        for step in record.steps:
            self.last_seq += 1
            self.rows.append(JournalRow(seq=self.last_seq, transition=step.transition, told=step.told))
            self.alerts[step.transition.alertname, step.transition.subject] = step.alert
        self.alerts |= {alert.key: alert for alert in record.alerts}
        self.terminals |= {memory.terminal_id: memory for memory in record.terminals}
        self.terminals |= dict.fromkeys(record.forgotten)
        self.events |= {seen.name: seen for seen in record.events}
        self.discovered |= record.discovered
        self.tickets |= record.tickets
        self.samples += record.samples
        self.on_call |= dict.fromkeys(record.on_call.ended)
        self.on_call |= {rule.id: rule for rule in record.on_call.rules}
        self.actions += record.on_call.actions
        self.device_entries |= {entry.key: entry for entry in record.device_entries}
        if record.told:
            self.told.append(record.told)
        self.facts.add(record.availability)

    def append(self, later: "Backlog") -> None:
        """Add a later backlog."""
        self.last_seq, self.at = later.last_seq, later.at or self.at
        self.rows += later.rows
        self.alerts |= later.alerts
        self.terminals |= later.terminals
        self.events |= later.events
        self.discovered |= later.discovered
        self.tickets |= later.tickets
        self.samples += later.samples
        self.on_call |= later.on_call
        self.actions += later.actions
        self.device_entries |= later.device_entries
        self.told += later.told
        self.facts.add(later.facts.changes())
        for name, outbox in later.outboxes.items():
            known = self.outboxes.setdefault(name, outbox)
            if known is not outbox:
                known.add(outbox.told_through, outbox.forgotten, outbox.put.values())

    def trim(self, capacity: int) -> int:
        """Drop the oldest rows, events and episodes beyond `capacity`; return how many rows of the first."""
        lost = max(0, len(self.rows) - capacity)
        for _ in range(lost):
            self.rows.popleft()
        for key in list(self.events)[: max(0, len(self.events) - capacity)]:
            del self.events[key]
        for _ in range(max(0, len(self.told) - capacity)):
            self.told.popleft()
        self.facts.trim(capacity)
        return lost

    def _change_outbox(self, name: str, changes: OutboxChanges) -> None:
        outbox = self.outboxes.setdefault(name, OutboxBacklog(told_through=self.last_seq))
        outbox.add(self.last_seq, changes.forgotten, changes.put)
