"""The values that are made durable and restored after a restart, as adapters write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.domain.alerts.alert import Alert, Transition
from monitor.domain.availability.facts import AvailabilityChanges, AvailabilityMemory
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import Entry, OutboxChanges
from monitor.domain.notification.ticket import Ticket
from monitor.domain.notification.told import ToldChanges
from monitor.domain.on_call.action import OnCallChanges, OnCallMemory
from monitor.domain.self_monitoring.fleet_trend import Sample
from monitor.domain.sources.discovery import DiscoveredTerminal


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One transition as the journal keeps it.

    `alert` is a copy of the alert under the transition's name and subject as it stands when this is recorded,
    with its hold clocks; None when none is open any more. `told`: receivers are notified of the step.
    """

    transition: Transition
    alert: Alert | None
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Changes that are made durable together, all or none.

    `outboxes` (by the receiver's name) are those of every receiver as they stood before `steps`, changed or
    not; after a restart the told steps of this record, and of later ones, are sent once more. `alerts` are
    open ones whose hold has changed without a step of theirs, as they are now. `forgotten` are terminals that
    are no longer watched, `samples` new ones of the trend. `on_call` is what people on call have said.
    `discovered` are terminals that sources list, by id; None: no more. `device_entries` are lines of device
    records; one that is given again is no second one. `told` is what receivers were told and what was held
    back. `availability` are facts for reports. `tickets` are by receiver and reference, None: to be
    forgotten.
    """

    at: Instant
    steps: Sequence[JournalEntry] = ()
    alerts: Sequence[Alert] = ()
    terminals: Sequence[TerminalMemory] = ()
    forgotten: Sequence[str] = ()
    events: Sequence[SeenEvent] = ()
    outboxes: Mapping[str, OutboxChanges] = field(default_factory=dict)
    samples: Sequence[Sample] = ()
    on_call: OnCallChanges = field(default_factory=OnCallChanges)
    discovered: Mapping[str, DiscoveredTerminal | None] = field(default_factory=dict)
    device_entries: Sequence[DeviceEntry] = ()
    told: ToldChanges = field(default_factory=ToldChanges)
    availability: AvailabilityChanges = field(default_factory=AvailabilityChanges)
    tickets: Mapping[tuple[str, str], Ticket | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The state that the run before has saved, with instants on this run's clocks.

    Durations do not count the time in which posmon was not running: an instant's `monotonic` is as long ago
    as posmon has been running since. `event_keys` stand for the events that were counted (see `event_keys`),
    oldest first; the events themselves come later (`Store.events`). `untold` are, by receiver, the steps to
    be sent that its saved `outboxes` do not hold yet, oldest first. `samples` are the trend of the last day,
    oldest first. `discovered` are the terminals that stood in no inventory. `digests` are the ends of the
    periods whose summaries were sent last, by the schedule's name.
    """

    alerts: Sequence[Alert] = ()
    terminals: Sequence[TerminalMemory] = ()
    event_keys: Sequence[int] = ()
    outboxes: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    untold: Mapping[str, Sequence[Transition]] = field(default_factory=dict)
    samples: Sequence[Sample] = ()
    on_call: OnCallMemory = field(default_factory=OnCallMemory)
    discovered: Sequence[DiscoveredTerminal] = ()
    digests: Mapping[str, float] = field(default_factory=dict)
    availability: AvailabilityMemory = field(default_factory=AvailabilityMemory)
    tickets: Sequence[Ticket] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """`fault` is why the store cannot make anything durable now, in posmon's words, "" while it can.

    `waiting` counts steps that are not durable yet, `lost` those that never will be; `quarantined` are
    files and `unreadable` rows of earlier runs that were damaged; `committed` is when the store last made
    something durable.
    """

    fault: str = ""
    waiting: int = 0
    lost: int = 0
    quarantined: int = 0
    unreadable: int = 0
    committed: Instant | None = None
