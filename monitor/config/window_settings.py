"""The section `windows`: planned work, once or again and again."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from monitor.config.match_settings import Match, bad_match
from monitor.config.section import Place, Section, refuse
from monitor.config.values import Duration, Flag, Text, short_name, text, zone_name
from monitor.domain.calendars.flexible import LONGEST_LENGTH_S, SHORTEST_LENGTH_S
from monitor.domain.calendars.opening_hours import BadHours, parse_opening_hours
from monitor.domain.calendars.planned_window import SITE_ZONE, PlannedWindow
from monitor.domain.calendars.schedule import OnceOnly, Recurring, Schedule
from monitor.domain.instant import parse_rfc3339


def _zone(written: object) -> str:
    return SITE_ZONE if written == SITE_ZONE else zone_name(written)


def _moment(written: object) -> str:
    moment = text(written)
    if parse_rfc3339(moment) is None:
        if parse_rfc3339(f"{moment}+00:00") is not None:
            raise ValueError("has no time zone; write +08:00 or Z behind it")
        raise ValueError("not a time written as 2026-12-05T22:00+08:00")
    return moment


def _hours(written: object) -> str:
    every = text(written)
    try:
        hours = parse_opening_hours(every)
    except BadHours as bad:
        raise ValueError(str(bad)) from None
    if hours.holidays is not None:
        raise ValueError("PH has no place in a window, which has no calendar; write the dates")
    if hours.is_around_the_clock:
        raise ValueError("is always in force; a window begins and ends. Disable the detector instead")
    return every


class WindowSettings(Section):
    """One window: what it is about, when it is in force, and what it is for."""

    name: Annotated[str, BeforeValidator(short_name)]
    match: Match
    every: Annotated[str, BeforeValidator(_hours)] | None = None
    from_: Annotated[str, BeforeValidator(_moment)] | None = None
    until: Annotated[str, BeforeValidator(_moment)] | None = None
    timezone: Annotated[str, BeforeValidator(_zone)] = SITE_ZONE
    length: Annotated[Duration, Field(ge=SHORTEST_LENGTH_S, le=LONGEST_LENGTH_S)] | None = None
    excuses_sla: Flag = True
    comment: Annotated[Text, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse([*bad_match(self.match), *self._bad_times()])
        return self

    def _bad_times(self) -> Iterator[tuple[Place, str]]:
        if self.every is not None:
            for key, value in (("from", self.from_), ("until", self.until)):
                if value is not None:
                    yield (key,), "cannot stand beside every; a window recurs or is once"
        elif self.from_ is None and self.until is None:
            yield (), "says not when; give every, or from and until"
        elif self.from_ is None or self.until is None:
            yield (), f"{'from' if self.from_ is None else 'until'} is missing"
        elif _at(self.until) <= _at(self.from_):
            yield ("until",), "is not after from"
        elif self.length is not None and self.length > _at(self.until) - _at(self.from_):
            yield ("length",), "is longer than the window"
        if self.every is None and "timezone" in self.model_fields_set:
            yield ("timezone",), "belongs to every; from and until say their own"

    def window(self) -> PlannedWindow:
        """Return the window."""
        schedule: Schedule
        zone: tzinfo | None = None
        if self.every is None:
            schedule = OnceOnly(_at(self.from_), _at(self.until))
        else:
            schedule = Recurring(parse_opening_hours(self.every))
            zone = None if self.timezone == SITE_ZONE else ZoneInfo(self.timezone)
        return PlannedWindow(
            name=self.name,
            match=self.match,
            schedule=schedule,
            zone=zone,
            excuses_sla=self.excuses_sla,
            comment=self.comment,
            every=self.every or "",
            length_s=self.length,
        )


def _at(moment: str | None) -> float:
    return parse_rfc3339(moment or "") or 0.0
