"""A window of planned work that people opened while posmon runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from zoneinfo import ZoneInfo

from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.planned_window import SITE_ZONE, PlannedWindow
from monitor.domain.calendars.schedule import OnceOnly, Recurring
from monitor.domain.instant import rfc3339
from monitor.domain.on_call.matcher import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorWindow:
    """Planned work: once from `begin` until `end` (unix seconds), or again and again as `every` says.

    `every` is written like opening hours and "" for a window that is once; `timezone` is the zone of its
    clock, or SITE_ZONE. `length_s` is that of a flexible window, see `PlannedWindow`.
    """

    id: str
    name: str
    matcher: Matcher
    begin: float | None = None
    end: float | None = None
    every: str = ""
    timezone: str = SITE_ZONE
    excuses_sla: bool = True
    length_s: float | None = None
    by: str
    comment: str

    @property
    def is_over_at(self) -> float:
        """When it is over for good, also for what it holds last; never for one that recurs."""
        return inf if self.end is None else self.end + (self.length_s or 0.0)

    @property
    def details(self) -> Mapping[str, str]:
        """What it is about, for the record of actions."""
        when = {"every": self.every, "timezone": self.timezone} if self.every else {}
        if self.begin is not None and self.end is not None:
            when = {"from": rfc3339(self.begin), "until": rfc3339(self.end)}
        if self.length_s is not None:
            when["length_s"] = f"{self.length_s:g}"
        return {"name": self.name, "match": str(self.matcher)} | when

    def planned(self) -> PlannedWindow:
        """Return it as planned work; raises BadHours or OSError when it was stored by another posmon."""
        if self.begin is not None and self.end is not None:
            schedule: OnceOnly | Recurring = OnceOnly(self.begin, self.end)
        else:
            schedule = Recurring(parse_opening_hours(self.every))
        return PlannedWindow(
            name=self.name,
            match=self.matcher.terms,
            schedule=schedule,
            zone=None if self.timezone == SITE_ZONE else ZoneInfo(self.timezone),
            excuses_sla=self.excuses_sla,
            comment=self.comment,
            every=self.every,
            length_s=self.length_s,
        )
