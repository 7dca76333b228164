"""What a configuration says of the days and hours to come, and of whom to call."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.escalation_policy import EscalationPolicy
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.inventory.contacts import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Calendars by their names, windows of planned work, when alerts are escalated, and whom to call."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    windows: tuple[PlannedWindow, ...] = ()
    escalation: tuple[EscalationPolicy, ...] = ()
    contacts: tuple[Contact, ...] = ()


NO_PLANS = Plans()
