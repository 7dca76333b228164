"""The trading hours of every terminal that has opening hours."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.trading_hours import TradingHours
from monitor.domain.inventory.terminal import Terminal


class TradingHoursBook:
    """Finds a terminal's trading hours: one object for all that have equal hours, zone and calendar."""

    def __init__(self, calendars: Mapping[str, Calendar] | None = None) -> None:
        self._calendars = dict(calendars or {})
        self._known: dict[tuple[str, str, str], TradingHours] = {}

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars in force by name; another mapping after each change."""
        return self._calendars

    def of(self, terminal: Terminal) -> TradingHours | None:
        """Return a terminal's trading hours, None when the inventory gives none.

        They were checked when the inventory was read. A calendar that is gone has no say.
        """
        if not terminal.opening_hours or not terminal.timezone:
            return None
        key = (terminal.opening_hours, terminal.timezone, terminal.calendar)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = TradingHours(
                parse_opening_hours(terminal.opening_hours),
                ZoneInfo(terminal.timezone),
                self._calendars.get(terminal.calendar),
            )
        return found

    def replace(self, calendars: Mapping[str, Calendar]) -> bool:
        """Take other calendars into force, and tell whether they are others; then all is found anew."""
        if calendars == self._calendars:
            return False
        self._calendars = dict(calendars)
        self._known.clear()
        return True
