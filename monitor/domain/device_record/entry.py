"""One line of a device record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant

LATELY_S = 3600.0
"""A change is written with the first record after it; one that is older than this has been written."""


class EntryKind(StrEnum):
    """What a line is about: `CHANGE` is posmon's own, people write the others (PCI DSS 4, 9.5.1)."""

    CHANGE = "change"
    NOTE = "note"
    PURCHASE = "purchase"
    DEPLOYMENT = "deployment"
    INSPECTION = "inspection"
    REPAIR = "repair"
    SWAP = "swap"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEntry:
    """One line: `at` is when it happened, `noted_at` when it was written (unix seconds).

    `id` names it among those of one terminal at one time. A change has `what`, a field of the heartbeat or
    the inventory, with the values `before` and `after`; a line of people has `text`, and `by` and `via` of
    who wrote it.
    """

    terminal_id: str
    at: float
    id: str
    kind: EntryKind
    what: str = ""
    before: str = ""
    after: str = ""
    text: str = ""
    by: str = ""
    via: str = ""
    noted_at: float

    @property
    def key(self) -> tuple[str, float, str]:
        """What names it: a line is written once."""
        return self.terminal_id, self.at, self.id


def last_entries(
    entries: Iterable[DeviceEntry], terminal_id: str, *, before: tuple[float, str] | None, limit: int
) -> list[DeviceEntry]:
    """Return the last `limit` lines of a terminal before a time and id (None: all), newest first."""
    known = {one.key: one for one in entries if one.terminal_id == terminal_id}
    found = [one for one in known.values() if before is None or (one.at, one.id) < before]
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[: max(0, limit)]


def changes_seen(memories: Iterable[TerminalMemory], now: Instant) -> Iterator[DeviceEntry]:
    """Yield the lines of what changed lately; the same change is the same line each time."""
    for memory in memories:
        for change in memory.changes:
            if change.at.monotonic < now.monotonic - LATELY_S:
                continue
            yield DeviceEntry(
                terminal_id=memory.terminal_id,
                at=change.at.wall,
                id=change.what,
                kind=EntryKind.CHANGE,
                what=change.what,
                before=change.before,
                after=change.after,
                noted_at=change.at.wall,
            )
