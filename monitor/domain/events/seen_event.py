"""An event that was counted, as it is saved."""

from dataclasses import dataclass

from monitor.domain.events.deduplication import EventName
from monitor.domain.events.event import Event, UnknownIdGiven
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """One event that was counted; `heard_at` is when.

    `terminal_id` is the subject of a source where the event is about what it pushed. `told_s` is as in
    EventName; 0 for what no terminal told.
    """

    terminal_id: str
    event: Event | UnknownIdGiven
    heard_at: Instant
    told_s: int | None

    @property
    def name(self) -> EventName:
        """What no other event has."""
        return self.terminal_id, self.event.id, self.told_s
