"""What a configuration says of the days and hours to come."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.planned_window import PlannedWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """The calendars by their names, and the windows of planned work."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    windows: tuple[PlannedWindow, ...] = ()


NO_PLANS = Plans()
