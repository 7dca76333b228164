"""What is made durable, and what a restart finds of it; plain values, as adapters write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.domain.alert import Alert, Transition
from monitor.domain.events.event import Event
from monitor.domain.instant import Instant
from monitor.domain.outbox import Entry, OutboxChanges
from monitor.domain.trend import Sample

__all__ = [
    "Change",
    "OutboxChanges",
    "Record",
    "Remembered",
    "SeenEvent",
    "Step",
    "StoreHealth",
    "TerminalMemory",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One transition as the journal keeps it.

    `alert` is a copy of the alert under the transition's name and subject as it stands when this is
    recorded, with its hold clocks; None when none is open any more. `told` says whether receivers are to
    hear of the step.
    """

    transition: Transition
    alert: Alert | None
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something about a terminal that became another: a line of its device record.

    `what` is a field of the heartbeat or the inventory (`serial_number`, `firmware_version` ...).
    """

    at: Instant
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalMemory:
    """What is remembered of one terminal across restarts.

    `history`, `polls_seen`, `failures` and `restarts` (oldest first) as in WatchedTerminal; `facts` are
    what it last said of itself by field name (`serial_number`, `firmware_version` ...); `changes` its
    device record, oldest first.
    """

    terminal_id: str
    first_seen: Instant
    last_good: Instant | None = None
    failures: int = 0
    history: int = 0
    polls_seen: int = 0
    restarts: tuple[Instant, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """One event that was counted; `heard_at` is when."""

    terminal_id: str
    event: Event
    heard_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is made durable together, all of it or nothing.

    `outboxes` (by the receiver's name) are as they stood before `steps`, every receiver's, be it that
    nothing changed; a restart tells the told steps of this record, and of later ones, once
    more. `alerts` are open ones whose hold has changed without a step of theirs, as they are now.
    `forgotten` are terminals that are no longer watched, `samples` new ones of the trend.
    """

    at: Instant
    steps: Sequence[Step] = ()
    alerts: Sequence[Alert] = ()
    terminals: Sequence[TerminalMemory] = ()
    forgotten: Sequence[str] = ()
    events: Sequence[SeenEvent] = ()
    outboxes: Mapping[str, OutboxChanges] = field(default_factory=dict)
    samples: Sequence[Sample] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the run before has left, its instants told on this run's clocks.

    Durations do not count the time in which posmon was not running: an instant's `monotonic` is as long
    ago as posmon has been running since. `event_keys` stand for the events that were counted (see
    `event_keys`), oldest first; the events themselves come later (`Store.events`). `untold` are by receiver
    the told steps that its saved `outboxes` do not yet hold, oldest first. `samples` are the trend
    of the last day, oldest first.
    """

    alerts: Sequence[Alert] = ()
    terminals: Sequence[TerminalMemory] = ()
    event_keys: Sequence[int] = ()
    outboxes: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    untold: Mapping[str, Sequence[Transition]] = field(default_factory=dict)
    samples: Sequence[Sample] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """`fault` is why nothing can be made durable now, in posmon's words, "" while it can.

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
