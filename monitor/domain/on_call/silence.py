"""A silence: an order not to notify of certain alerts until a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.instant import rfc3339
from monitor.domain.on_call.matcher import Matcher

LONGEST_S = 30 * 24 * 3600.0
"""A silence ends after thirty days at the latest: a forgotten one would hide faults for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Holds the alerts that match, from `starts_at` until `ends_at` (unix seconds)."""

    id: str
    matcher: Matcher
    starts_at: float
    ends_at: float
    by: str
    comment: str

    def holds(self, wall: float) -> bool:
        """Tell whether it is in force at a moment."""
        return self.starts_at <= wall < self.ends_at

    @property
    def details(self) -> Mapping[str, str]:
        """What it is about, for the record of actions."""
        return {"match": str(self.matcher), "until": rfc3339(self.ends_at)}
