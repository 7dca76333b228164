"""Bounds on the age and the number of events."""

from dataclasses import dataclass

from monitor.domain.events.activity_summary import DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBounds:
    """How old an event may be, how far ahead of the clock, and how many ids are remembered in all."""

    max_age_s: float = DAY_S
    max_future_s: float = 300.0
    most_ids: int = 4_000_000
