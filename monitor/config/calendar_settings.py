"""The section `calendars`: the days on which shops keep other hours than the day of the week says."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from monitor.config.section import Place, Section, refuse
from monitor.config.values import Flag, Text, short_name, text
from monitor.domain.calendars.calendar import Calendar, HolidayDates, Holidays
from monitor.domain.calendars.opening_hours import parse_day_hours
from monitor.domain.calendars.public_holidays import PublicHolidays, UnknownCountry


def _day(written: object) -> str:
    day = text(written)
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise ValueError("not a day written as 2026-12-31") from None


def _holidays(written: object) -> str | tuple[str, ...]:
    if isinstance(written, list | tuple):
        return tuple(map(_day, written))
    country = text(written)
    if not country:
        raise ValueError("write a country such as CN or DE-BY, or a list of days")
    try:
        PublicHolidays(*_parts(country))
    except UnknownCountry as unknown:
        raise ValueError(f"{unknown}; write CN, DE-BY or a list of days") from None
    return country


def _parts(country: str) -> tuple[str, str]:
    name, _, part = country.partition("-")
    return name, part


class CalendarSettings(Section):
    """One calendar, to which terminals of the inventory refer by its name."""

    name: Annotated[str, BeforeValidator(short_name)]
    holidays: Annotated[Any, BeforeValidator(_holidays)] = ()
    working_days_too: Flag = False
    closed: tuple[Annotated[str, BeforeValidator(_day)], ...] = ()
    hours: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse([*self._bad_hours(), *self._idle_working_days()])
        return self

    def _bad_hours(self) -> Iterator[tuple[Place, str]]:
        for day, written in self.hours.items():
            try:
                _day(day)
                parse_day_hours(written)
            except ValueError as bad:
                yield ("hours", day), str(bad)
            if day in self.closed:
                yield ("hours", day), "is a day of `closed` as well"

    def _idle_working_days(self) -> Iterator[tuple[Place, str]]:
        if self.working_days_too and not isinstance(self.holidays, str):
            yield ("working_days_too",), "needs a country in holidays; a list of days says nothing of work"

    def calendar(self) -> Calendar:
        """Return the calendar."""
        holidays: Holidays
        if isinstance(self.holidays, str):
            holidays = PublicHolidays(*_parts(self.holidays))
        else:
            holidays = HolidayDates(frozenset(map(date.fromisoformat, self.holidays)))
        return Calendar(
            name=self.name,
            holidays=holidays,
            working_days_too=self.working_days_too,
            closed=frozenset(map(date.fromisoformat, self.closed)),
            hours={date.fromisoformat(day): parse_day_hours(written) for day, written in self.hours.items()},
        )
