"""The saved state of a terminal."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A fact about a terminal that changed: a line of its device record.

    `what` is a field of the heartbeat or the inventory (`serial_number`, `firmware_version` ...).
    """

    at: Instant
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalMemory:
    """The state of one terminal that survives restarts.

    `history`, `polls_seen`, `failures`, `outcome` ("" for one not known) and `restarts` (oldest first) as in
    WatchedTerminal; `facts` are what it last said of itself by field name (`serial_number`,
    `firmware_version` ...); `changes` its device record, oldest first.
    """

    terminal_id: str
    first_seen: Instant
    last_good: Instant | None = None
    failures: int = 0
    outcome: str = ""
    history: int = 0
    polls_seen: int = 0
    restarts: tuple[Instant, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
