"""When a shop is open, as an inventory says it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

GRACE_MINUTES = 15
"""Closing up takes a while, and clocks differ."""

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = 24 * 60
_WEEK = 7 * _DAY
_RULE = re.compile(r"([A-Za-z, -]+?) +([0-9:, -]+)")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) *- *([01][0-9]|2[0-4]):([0-5][0-9])")


class BadHours(ValueError):
    """The text is no opening hours; `str()` says why in posmon's words."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Spans of the local week in minutes since Monday 00:00; one may reach past the week's end."""

    spans: tuple[tuple[int, int], ...]

    def is_open(self, wall: float, zone: tzinfo, *, grace_minutes: int = GRACE_MINUTES) -> bool:
        """Tell whether the shop is open at a moment (unix seconds), or was or will be within the grace."""
        local = datetime.fromtimestamp(wall, zone)
        minute = local.weekday() * _DAY + local.hour * 60 + local.minute
        return any(
            start - grace_minutes <= moment < end + grace_minutes
            for moment in (minute - _WEEK, minute, minute + _WEEK)
            for start, end in self.spans
        )


def parse_opening_hours(text: str) -> OpeningHours:
    """Read `Mo-Fr 08:00-20:00; Sa 09:00-12:00,14:00-18:00`; `24/7` is always open.

    A span that ends no later than it begins goes over midnight. Days not named are closed. Raises BadHours.
    """
    if text.strip() == "24/7":
        return OpeningHours(((0, _WEEK),))
    spans = [span for rule in text.split(";") if rule.strip() for span in _rule(rule.strip())]
    if not spans:
        raise BadHours("names no hours; write them as Mo-Fr 08:00-20:00; Sa 09:00-14:00")
    return OpeningHours(tuple(sorted(spans)))


def _rule(text: str) -> Iterator[tuple[int, int]]:
    found = _RULE.fullmatch(text)
    if found is None:
        raise BadHours("is not written as Mo-Fr 08:00-20:00; Sa 09:00-14:00")
    spans = [_span(written.strip()) for written in found[2].split(",")]
    for day in _days(found[1]):
        for start, end in spans:
            yield day * _DAY + start, day * _DAY + end


def _days(text: str) -> Sequence[int]:
    days: list[int] = []
    for part in text.split(","):
        first, _, last = (name.strip().capitalize() for name in part.partition("-"))
        if first not in _DAYS or (last or first) not in _DAYS:
            raise BadHours(f"names a day that is not one of {' '.join(_DAYS)}")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return days


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadHours("has a time that is not written as 08:00-20:00")
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if end > _DAY:
        raise BadHours("has a time after 24:00")
    return start, end if end > start else end + _DAY
