"""The rhythms of the terminals of one site."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import isfinite
from statistics import median_low

from monitor.domain.rhythm.business_days import LEFT_ON, BusinessDay, Days
from monitor.domain.rhythm.weekly_rhythm import WeeklyRhythm, follows, has_two_weeks, learnt


class NotLearnt(StrEnum):
    """Why no rhythm is known of a terminal."""

    NEVER_OFF = "never_off"
    TOO_SHORT = "too_short"
    IRREGULAR = "irregular"
    NO_ZONE = "no_zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRhythm:
    """A rhythm and the terminals that keep to it, in the order of their ids."""

    rhythm: WeeklyRhythm
    terminal_ids: tuple[str, ...]


def site_rhythms(
    days_of: Mapping[str, Days],
) -> tuple[list[SharedRhythm], dict[str, NotLearnt]]:
    """Return the rhythms of terminals of one site and zone, and why the others have none.

    Terminals that keep to what most of the site does share that rhythm; each of the others is looked at
    by itself. `days_of` is empty for a terminal that was never off for long.
    """
    why = {one: NotLearnt.NEVER_OFF for one, days in days_of.items() if not days}
    pending = {one: days_of[one] for one in sorted(days_of) if days_of[one]}
    found: list[SharedRhythm] = []
    common = learnt(_common(pending)) if len(pending) > 1 else None
    if common is not None:
        members = tuple(one for one, days in pending.items() if follows(days, common.week))
        if len(members) > 1:
            found.append(SharedRhythm(rhythm=common, terminal_ids=members))
            pending = {one: days for one, days in pending.items() if one not in members}
    for one, days in pending.items():
        own = learnt(days)
        if own is None:
            why[one] = NotLearnt.IRREGULAR if has_two_weeks(days) else NotLearnt.TOO_SHORT
        else:
            _join(found, one, own)
    return found, why


def _join(found: list[SharedRhythm], terminal_id: str, own: WeeklyRhythm) -> None:
    """File a terminal's own rhythm, with those that have the same hours."""
    for place, shared in enumerate(found):
        if shared.rhythm.week == own.week:
            members = (*shared.terminal_ids, terminal_id)
            found[place] = replace(shared, terminal_ids=tuple(sorted(members)))
            return
    found.append(SharedRhythm(rhythm=own, terminal_ids=(terminal_id,)))


def _common(days_of: Mapping[str, Days]) -> dict[date, BusinessDay | None]:
    """Return what most terminals of a site did on each day."""
    dates = {day for days in days_of.values() for day in days}
    return {day: _usual([days[day] for days in days_of.values() if day in days]) for day in dates}


def _usual(days: list[BusinessDay | None]) -> BusinessDay | None:
    opened = [day for day in days if day is not None]
    if 2 * len(opened) < len(days):
        return None
    begins = [day.begin for day in opened if isfinite(day.begin)]
    ends = [day.end for day in opened if isfinite(day.end)]
    count = len(opened)
    return BusinessDay(_middle(begins, count, LEFT_ON.begin), _middle(ends, count, LEFT_ON.end))


def _middle(minutes: list[float], members: int, otherwise: float) -> float:
    """Return the middle of what most members did, `otherwise` when it is not most."""
    return median_low(minutes) if minutes and 2 * len(minutes) >= members else otherwise
