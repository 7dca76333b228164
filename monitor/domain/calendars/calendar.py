"""The days on which the days of the week do not say when a shop is open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from monitor.domain.calendars.opening_hours import MinuteSpans, OpeningHours


class Holidays(Protocol):
    """Who knows the public holidays."""

    def includes(self, day: date) -> bool:
        """Tell whether a day is a public holiday."""
        ...

    def worked_as(self, day: date) -> int | None:
        """Return the weekday (Monday is 0) whose work is made up for on a day, None on ordinary days."""
        ...


@dataclass(frozen=True, slots=True)
class HolidayDates:
    """Public holidays as a list has them, without make-up working days."""

    dates: Collection[date] = frozenset()

    def includes(self, day: date) -> bool:
        """Tell whether a day is in the list."""
        return day in self.dates

    def worked_as(self, day: date) -> int | None:
        """Return None: a list of holidays says nothing of work."""
        del day
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Public holidays, and the operator's own dates, which overrule them.

    With `working_days_too`, a make-up working day (a Sunday that China works for a Friday off) has the hours
    of the weekday that it replaces. On the dates of `closed` no shop is open, on those of `hours` every shop
    has these hours, whatever its opening hours say.
    """

    name: str
    holidays: Holidays = field(default_factory=HolidayDates)
    working_days_too: bool = False
    closed: frozenset[date] = frozenset()
    hours: Mapping[date, MinuteSpans] = field(default_factory=dict)

    def on(self, day: date, hours: OpeningHours) -> MinuteSpans:
        """Return when a shop of these opening hours is open on a day."""
        if day in self.hours:
            return self.hours[day]
        if day in self.closed:
            return ()
        worked_as = self.holidays.worked_as(day) if self.working_days_too else None
        return hours.on(day, weekday=worked_as, is_holiday=worked_as is None and self.holidays.includes(day))
