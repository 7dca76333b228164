"""Public holidays of a country, as the package `holidays` knows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

_MONDAY = 0
_SUBSTITUTED = (4, 5)
"""Lengths of an entry for a day off and the day worked for it: month, day, month, day and perhaps year."""


class UnknownCountry(ValueError):
    """The package has no such country, or the country no such part; `str()` says which."""


class Year(NamedTuple):
    """One year of a country: its holidays, and the weekday (Monday is 0) that each make-up day replaces."""

    holidays: frozenset[date]
    worked: dict[date, int]


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a `country` (ISO 3166-1, two letters), or of a part of it (ISO 3166-2).

    `__post_init__` raises UnknownCountry.
    """

    country: str
    subdivision: str = ""

    def __post_init__(self) -> None:
        _known(self.country, self.subdivision)

    def includes(self, day: date) -> bool:
        """Tell whether a day is a public holiday."""
        return day in _year(self.country, self.subdivision, day.year).holidays

    def worked_as(self, day: date) -> int | None:
        """Return the weekday (Monday is 0) whose work is made up for on a day at a weekend, None on others.

        Where it is known only that the day is worked, it is a Monday.
        """
        return _year(self.country, self.subdivision, day.year).worked.get(day)


@cache
def _known(country: str, subdivision: str) -> Any:  # noqa: ANN401 - the package is imported where it is needed
    try:
        return import_module("holidays").country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        raise UnknownCountry(f"{country} has no such part" if _has(country) else "no such country") from None


def _has(country: str) -> bool:
    return country in import_module("holidays").list_supported_countries()


@cache
def _year(country: str, subdivision: str, year: int) -> Year:
    known = _known(country, subdivision)
    # The package works a year out when it is asked for a day of it. December may work for January.
    years = (year, year + 1)
    for number in years:
        known.get(date(number, 1, 1))
    worked = {day for day in getattr(known, "weekend_workdays", ()) if day.year == year}
    replaced = {work: off.weekday() for number in years for off, work in _moved(known, number)}
    return Year(
        frozenset(day for day in known if day.year == year and day not in worked),
        {day: replaced.get(day, _MONDAY) for day in worked},
    )


def _moved(known: Any, year: int) -> Iterator[tuple[date, date]]:  # noqa: ANN401
    """Yield the days off of a year that are worked for on another, each with that other day."""
    entries = getattr(known, "special_public_holidays", {}).get(year, ())
    for entry in entries if entries and isinstance(entries[0], tuple) else (entries,):
        if len(entry) in _SUBSTITUTED and all(isinstance(part, int) for part in entry):
            month, day, from_month, from_day, *others = entry
            yield date(year, month, day), date(others[0] if others else year, from_month, from_day)
