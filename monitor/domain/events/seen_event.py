"""An event that was counted, as it is saved."""

from dataclasses import dataclass

from monitor.domain.events.event import Event, UnknownIdGiven
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """One event that was counted; `heard_at` is when.

    `terminal_id` is the subject of a source where the event is about what it pushed.
    """

    terminal_id: str
    event: Event | UnknownIdGiven
    heard_at: Instant
