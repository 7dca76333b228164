"""Days of the year in the syntax of OpenStreetMap: `Dec 24`, `Dec 24-26`, `2026 Dec 31-2027 Jan 02`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_LEAP_YEAR = 2024
_DAY = r"([A-Za-z]{3}) ?([0-9]{1,2})"
_DATES = re.compile(
    rf"(?:([0-9]{{4}}) )?{_DAY}(?: ?- ?(?:(?:([0-9]{{4}}) )?([A-Za-z]{{3}}) ?)?([0-9]{{1,2}}))?"
)


class BadDates(ValueError):
    """The text names no days of the year; `str()` says why in posmon's words."""


@dataclass(frozen=True, slots=True)
class DatedRule:
    """The days from `first` to `last` (month, day), both included.

    `years` are those of the two, None where the rule holds in every year; then it may go over the year's end.
    `spans` is when the shop is open on each of them, in minutes since the day's 00:00; none: closed.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    years: tuple[int, int] | None
    spans: tuple[tuple[int, int], ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        if self.years is not None:
            return (
                (self.years[0], *self.first) <= (day.year, day.month, day.day) <= (self.years[1], *self.last)
            )
        place = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= place <= self.last
        return place >= self.first or place <= self.last


def is_dated(text: str) -> bool:
    """Tell whether a text is meant to name days of the year, well written or not."""
    return re.match(rf"[0-9]{{4}}\b|(?:{'|'.join(MONTHS)})", text, re.IGNORECASE) is not None


def parse_dates(text: str, spans: tuple[tuple[int, int], ...]) -> DatedRule:
    """Read one day or one range of days; raises BadDates."""
    found = _DATES.fullmatch(" ".join(text.split()))
    if found is None:
        raise BadDates("is not a date written as Dec 24, Dec 24-26 or 2026 Dec 31")
    year, first_month, first_day, last_year, last_month, last_day = found.groups()
    if last_year and not year:
        raise BadDates("has a year at its end and none at its beginning")
    first = _month_and_day(first_month, first_day, year)
    last = (
        first if last_day is None else _month_and_day(last_month or first_month, last_day, last_year or year)
    )
    if not year:
        if not last_month and last < first:
            raise BadDates("ends before it begins")
        return DatedRule(first, last, None, spans)
    begins = int(year)
    ends = int(last_year) if last_year else begins + (last < first and bool(last_month))
    if (ends, *last) < (begins, *first):
        raise BadDates("ends before it begins")
    return DatedRule(first, last, (begins, ends), spans)


def _month_and_day(month: str, day: str, year: str | None) -> tuple[int, int]:
    name = month.capitalize()
    if name not in MONTHS:
        raise BadDates(f"names a month that is not one of {' '.join(MONTHS)}")
    number = MONTHS.index(name) + 1
    if not 1 <= int(day) <= monthrange(int(year or _LEAP_YEAR), number)[1]:
        raise BadDates("names a day that its month does not have")
    return number, int(day)
