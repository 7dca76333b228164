"""What a configuration says of the days and hours to come."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.escalation_policy import EscalationPolicy
from monitor.domain.calendars.planned_window import PlannedWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """The calendars by their names, the windows of planned work, and when alerts are escalated."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    windows: tuple[PlannedWindow, ...] = ()
    escalation: tuple[EscalationPolicy, ...] = ()


NO_PLANS = Plans()
