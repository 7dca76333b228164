"""Work that is planned, and what it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from monitor.domain.calendars.schedule import Schedule

MATCH_KEYS = (
    "terminal_id",
    "merchant_id",
    "site",
    "source",
    "alertname",
    "model",
    "vendor",
    "region",
    "owner",
    "category",
    "severity",
)
"""What a window or a silence may be about: labels of alerts, the narrowest first."""

SITE_ZONE = "site"
"""How a window says that its clock is that of each site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWindow:
    """A time in which what `match` names is worked on.

    `match` has the accepted values of each key of MATCH_KEYS that it restricts; all keys must agree. `zone`
    is the one whose clock `schedule` follows, None for that of each site. `every` is the schedule as people
    wrote it, "" for one that is once. With `length_s` it is flexible: it holds an alert for so long from its
    beginning, or from the window's own for one that was open before. With `excuses_sla` the time does
    not count against the service level.
    """

    name: str
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    schedule: Schedule
    zone: tzinfo | None = None
    excuses_sla: bool = True
    comment: str = ""
    every: str = ""
    length_s: float | None = None
