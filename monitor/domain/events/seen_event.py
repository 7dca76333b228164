"""An event that was counted, as it is saved."""

from dataclasses import dataclass

from monitor.domain.events.event import Event
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """One event that was counted; `heard_at` is when."""

    terminal_id: str
    event: Event
    heard_at: Instant
