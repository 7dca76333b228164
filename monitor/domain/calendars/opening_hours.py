"""When a shop is open, as an inventory says it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from monitor.domain.calendars.dated_rule import BadDates, DatedRule, is_dated, parse_dates
from monitor.domain.card_number import contains_card_number

GRACE_MINUTES = 15
"""Closing up takes a while, and clocks differ."""

MinuteSpans = tuple[tuple[int, int], ...]
"""Spans of one day in minutes since its 00:00; one that goes over midnight ends after 1440."""

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_HOLIDAY = "PH"
_DAY = 24 * 60
_WHOLE_DAY: MinuteSpans = ((0, _DAY),)
_NEVER: MinuteSpans = ()
_AROUND_THE_CLOCK = "24/7"
_OFF = frozenset({"off", "closed"})
_RULE = re.compile(r"(\S.*?) +(off|closed|[0-9]{1,2}:.*)", re.IGNORECASE)
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) *- *([01][0-9]|2[0-4]):([0-5][0-9])")
_LONGEST_SHOWN = 40


class BadHours(ValueError):
    """The text is no opening hours; `str()` names the piece that is wrong, and why, in posmon's words."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a shop is open on which day.

    `weekdays` has the spans of Monday to Sunday; `holidays` those of public holidays, None where these are
    days like any other; `dated` the rules for days of the year, the last that covers a day wins. A date beats
    a public holiday, and that beats the day of the week, in whatever order they were written.
    """

    weekdays: tuple[MinuteSpans, ...]
    holidays: MinuteSpans | None = None
    dated: tuple[DatedRule, ...] = ()

    @property
    def is_around_the_clock(self) -> bool:
        """Whether the shop never closes."""
        return (
            all(spans == _WHOLE_DAY for spans in self.weekdays) and self.holidays is None and not self.dated
        )

    def on(self, day: date, *, weekday: int | None = None, is_holiday: bool = False) -> MinuteSpans:
        """Return when the shop is open on a day, which may count as another `weekday` (Monday is 0)."""
        for rule in reversed(self.dated):
            if rule.covers(day):
                return rule.spans
        if is_holiday and self.holidays is not None:
            return self.holidays
        return self.weekdays[day.weekday() if weekday is None else weekday]

    def is_open(self, wall: float, zone: tzinfo, *, grace_minutes: int = GRACE_MINUTES) -> bool:
        """Tell whether the shop is open at a moment (unix seconds), or was or will be within the grace.

        No day is a public holiday here: only a calendar knows them (`TradingHours`).
        """
        local = datetime.fromtimestamp(wall, zone)
        today, minute = local.date(), local.hour * 60 + local.minute
        return any(
            start - grace_minutes <= minute - ahead * _DAY < end + grace_minutes
            for ahead in (-1, 0, 1)
            for start, end in self.on(today + timedelta(days=ahead))
        )


def parse_opening_hours(text: str) -> OpeningHours:
    """Read `Mo-Fr 08:00-20:00; Sa 09:00-12:00,14:00-18:00; PH off; Dec 24 09:00-14:00`.

    `24/7` is always open. A span that ends no later than it begins goes over midnight, and belongs to the day
    on which it begins. Days not named are closed; several rules for one day of the week add up, and `off`
    takes back those before it. Without a rule for `PH`, public holidays are days like any other. Raises
    BadHours.
    """
    hours = _Written()
    for rule in text.split(";"):
        if rule.strip():
            hours.take(rule.strip())
    if not hours.has_hours:
        raise BadHours("names no hours; write them as Mo-Fr 08:00-20:00; Sa 09:00-14:00")
    return hours.read()


def parse_day_hours(text: str) -> MinuteSpans:
    """Read the hours of one day: `09:00-14:00`, `09:00-12:00,14:00-18:00` or `off`; raises BadHours."""
    return _spans(text.strip())


class _Written:
    """Opening hours while their rules are read."""

    def __init__(self) -> None:
        self.has_hours = False
        self._weekdays: list[list[tuple[int, int]]] = [[] for _ in _DAYS]
        self._holidays: MinuteSpans | None = None
        self._dated: list[DatedRule] = []

    def take(self, rule: str) -> None:
        if rule == _AROUND_THE_CLOCK:
            self._on_weekdays(range(len(_DAYS)), _WHOLE_DAY)
            return
        found = _RULE.fullmatch(rule)
        if found is None:
            raise BadHours(f"{_shown(rule)} is not written as Mo-Fr 08:00-20:00, PH off or Dec 24-26 off")
        spans = _spans(found[2])
        days = [part.strip() for part in found[1].split(",")]
        if any(map(is_dated, days)):
            self._on_dates(days, spans)
            return
        if any(part.upper() == _HOLIDAY for part in days):
            days = [part for part in days if part.upper() != _HOLIDAY]
            self._holidays = spans if self._holidays is None or not spans else self._holidays + spans
            self.has_hours |= bool(spans)
        self._on_weekdays(_weekdays(days), spans)

    def read(self) -> OpeningHours:
        return OpeningHours(
            weekdays=tuple(tuple(sorted(spans)) for spans in self._weekdays),
            holidays=None if self._holidays is None else tuple(sorted(self._holidays)),
            dated=tuple(self._dated),
        )

    def _on_weekdays(self, days: Iterable[int], spans: MinuteSpans) -> None:
        for day in days:
            if spans:
                self._weekdays[day] += spans
                self.has_hours = True
            else:
                self._weekdays[day].clear()

    def _on_dates(self, parts: Sequence[str], spans: MinuteSpans) -> None:
        for part in parts:
            if not is_dated(part):
                raise BadHours(f"{_shown(part)} stands beside a date; give it a rule of its own")
            try:
                self._dated.append(parse_dates(part, spans))
            except BadDates as bad:
                raise BadHours(f"{_shown(part)} {bad}") from None
        self.has_hours |= bool(spans)


def _weekdays(parts: Sequence[str]) -> list[int]:
    days: list[int] = []
    for part in parts:
        first, _, last = (name.strip().capitalize() for name in part.partition("-"))
        if first not in _DAYS or (last or first) not in _DAYS:
            raise BadHours(f"{_shown(part)} names a day that is not one of {' '.join(_DAYS)} {_HOLIDAY}")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return days


def _spans(text: str) -> MinuteSpans:
    if text.lower() in _OFF:
        return _NEVER
    return tuple(sorted(_span(written.strip()) for written in text.split(",")))


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadHours(f"{_shown(text)} is not a time written as 08:00-20:00")
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if end > _DAY:
        raise BadHours(f"{_shown(text)} has a time after 24:00")
    return start, end if end > start else end + _DAY


def _shown(piece: str) -> str:
    """Return a piece of the text as a message may quote it: what stands there might be anything."""
    if contains_card_number(piece):
        return "a number"
    short = piece if len(piece) <= _LONGEST_SHOWN else f"{piece[:_LONGEST_SHOWN]}..."
    return repr(short) if short.isprintable() else ascii(short)
