"""Which windows and calendars were in force when, so that a later configuration does not change the past."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.domain.availability.facts import CalendarRule, RuleInForce, WindowRule, second_of
from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.planned_window import SITE_ZONE, PlannedWindow
from monitor.domain.calendars.schedule import OnceOnly
from monitor.domain.on_call.window import OperatorWindow

YEARS_AHEAD = 2
"""The holidays of so many years after the present one are worked out; a reload adds the next."""

Rules = Mapping[str, WindowRule | CalendarRule]


class RulesLog:
    """Notes from which second on a window or calendar is in force, and from which it is not."""

    def __init__(self) -> None:
        self._in_force: dict[str, RuleInForce] = {}
        self._unsaved: dict[tuple[str, int], RuleInForce] = {}

    def restore(self, rules: Iterable[RuleInForce]) -> None:
        """Go on with what the run before has left."""
        self._in_force = {one.id: one for one in rules}

    def follow(self, rules: Rules, at: int) -> None:
        """Note what is in force from now on, and what is not any more."""
        for rule_id, known in list(self._in_force.items()):
            if rules.get(rule_id) != known.rule:
                del self._in_force[rule_id]
                self._note(replace(known, until=max(at, known.since)))
        for rule_id, rule in rules.items():
            if rule_id not in self._in_force:
                self._in_force[rule_id] = begun = RuleInForce(id=rule_id, since=at, rule=rule)
                self._note(begun)

    def drain_unsaved(self) -> list[RuleInForce]:
        """Return the changes since the last call; they count as saved."""
        drained, self._unsaved = [*self._unsaved.values()], {}
        return drained

    def _note(self, rule: RuleInForce) -> None:
        self._unsaved[rule.id, rule.since] = rule


def rules_of(
    windows: Iterable[PlannedWindow],
    opened: Mapping[str, OperatorWindow],
    calendars: Mapping[str, Calendar],
    wall: float,
) -> Rules:
    """Return all rules of the present configuration, and those of people, by their ids."""
    rules: dict[str, WindowRule | CalendarRule] = {
        f"config:{window.name}": _written(window) for window in windows
    }
    rules |= {window_id: _opened(window) for window_id, window in opened.items()}
    rules |= {f"calendar:{name}": worked_out(calendar, wall) for name, calendar in calendars.items()}
    return rules


def worked_out(calendar: Calendar, wall: float) -> CalendarRule:
    """Return a calendar with the holidays of the year before, of the present one and of YEARS_AHEAD more."""
    holidays, worked = [], {}
    for day in _days_around(wall):
        replaced = calendar.holidays.worked_as(day) if calendar.working_days_too else None
        if replaced is not None:
            worked[day.isoformat()] = replaced
        elif calendar.holidays.includes(day):
            holidays.append(day.isoformat())
    return CalendarRule(
        name=calendar.name,
        holidays=tuple(holidays),
        worked=worked,
        closed=tuple(sorted(day.isoformat() for day in calendar.closed)),
        hours={day.isoformat(): spans for day, spans in sorted(calendar.hours.items())},
    )


def _days_around(wall: float) -> Iterator[date]:
    year = datetime.fromtimestamp(wall, UTC).year
    day = date(year - 1, 1, 1)
    while day.year <= year + YEARS_AHEAD:
        yield day
        day += timedelta(days=1)


def _written(window: PlannedWindow) -> WindowRule:
    once = window.schedule if isinstance(window.schedule, OnceOnly) else None
    return WindowRule(
        name=window.name,
        match={key: tuple(values) for key, values in window.match.items()},
        every=window.every,
        begin=None if once is None else second_of(once.begin),
        end=None if once is None else second_of(once.end),
        zone=SITE_ZONE if window.zone is None else str(window.zone),
        excuses_sla=window.excuses_sla,
        comment=window.comment,
        length_s=None if window.length_s is None else int(window.length_s),
    )


def _opened(window: OperatorWindow) -> WindowRule:
    return WindowRule(
        name=window.name,
        match={key: tuple(values) for key, values in window.matcher.terms.items()},
        every=window.every,
        begin=None if window.begin is None else second_of(window.begin),
        end=None if window.end is None else second_of(window.end),
        zone=window.timezone,
        excuses_sla=window.excuses_sla,
        comment=window.comment,
        length_s=None if window.length_s is None else int(window.length_s),
        by=window.by,
    )
