"""The hours and windows that were in force, worked out for a period."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, tzinfo
from functools import cache, partial
from zoneinfo import ZoneInfo

from monitor.domain.availability.facts import CalendarRule, Profile, RuleInForce, WindowRule, second_of
from monitor.domain.availability.report import LateWindow
from monitor.domain.availability.spans import Spans, clipped, merged, without
from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.local_spans import LocalSpans
from monitor.domain.calendars.opening_hours import BadHours, OpeningHours, parse_opening_hours
from monitor.domain.calendars.planned_window import SITE_ZONE

_OFFLINE_LABELS = {
    "alertname": "TerminalOffline",
    "category": "connectivity",
    "severity": "critical",
    "owner": "shop",
}
"""A window that names alerts excuses the terminals of which it would hold TerminalOffline."""

_FAR = 2**62


class RecordedHolidays:
    """Public holidays as they were worked out when they came into force."""

    def __init__(self, rule: CalendarRule) -> None:
        self._days = frozenset(map(date.fromisoformat, rule.holidays))
        self._worked = {date.fromisoformat(day): weekday for day, weekday in rule.worked.items()}

    def includes(self, day: date) -> bool:
        """Tell whether a day was a public holiday."""
        return day in self._days

    def worked_as(self, day: date) -> int | None:
        """Return the weekday whose work was made up for on a day, None on ordinary days."""
        return self._worked.get(day)


class RecordedPlans:
    """Tells when a profile's shop was closed, and when work was planned that concerned it.

    All times are unix seconds. A window that was declared after it began counts from its beginning, but no
    more than `late_s` before it was declared; one that recurs counts from its declaration on. A
    flexible window (`length_s`) excuses nothing: how long it held depends on the alert.
    """

    def __init__(self, rules: Iterable[RuleInForce], *, late_s: int) -> None:
        self._late_s = late_s
        self._calendars: dict[str, list[RuleInForce]] = defaultdict(list)
        self._windows: list[tuple[RuleInForce, WindowRule]] = []
        for one in sorted(rules, key=lambda rule: rule.since):
            if isinstance(one.rule, CalendarRule):
                self._calendars[one.rule.name].append(one)
            elif one.rule.excuses_sla and one.rule.length_s is None:
                self._windows.append((one, one.rule))
        self._named = {
            terminal_id for _, window in self._windows for terminal_id in window.match.get("terminal_id", ())
        }

    def names(self, terminal_id: str) -> bool:
        """Tell whether a window names a terminal, so that its profile alone does not say what is planned."""
        return terminal_id in self._named

    def closed(self, profile: Profile, since: int, until: int) -> Spans:
        """Return when its shop was closed from one second to another."""
        hours = _hours(profile.opening_hours) if profile.timezone else None
        if hours is None:
            return ()
        zone = _zone(profile.timezone)
        is_open: list[tuple[int, int]] = []
        for begin, end, calendar in self._calendars_in_force(profile.calendar):
            first, last = max(begin, since), min(end, until)
            if first >= last:
                continue
            on = hours.on if calendar is None else partial(calendar.on, hours=hours)
            spans = LocalSpans(on, zone).between(first, last)
            is_open += clipped(((second_of(a), second_of(b)) for a, b in spans), first, last)
        return without([(since, until)], merged(is_open))

    def planned(self, profile: Profile, terminal_id: str, since: int, until: int) -> Spans:
        """Return when a window concerned a terminal that excuses it."""
        if profile.maintenance:
            return [(since, until)]
        labels = {
            **_OFFLINE_LABELS,
            "terminal_id": terminal_id,
            "site": profile.site,
            "merchant_id": profile.merchant_id,
            "region": profile.region,
            "vendor": profile.vendor,
            "model": profile.model,
        }
        zone = _zone(profile.timezone)
        spans: list[tuple[int, int]] = []
        for known, window in self._windows:
            if _matches(window.match, labels):
                spans += self._in_force(known, window, zone, since, until)
        return merged(clipped(spans, since, until))

    def late_windows(self, since: int, until: int) -> Iterator[LateWindow]:
        """Yield what of windows in the period was declared after it had begun."""
        for known, window in self._windows:
            if window.begin is None or window.end is None or window.begin >= known.since:
                continue
            begin = max(window.begin, known.since - self._late_s)
            end = min(window.end, known.since)
            if begin < end and begin < until and since < end:
                yield LateWindow(
                    name=window.name,
                    by=window.by,
                    comment=window.comment,
                    declared_at=known.since,
                    begin=begin,
                    end=end,
                )

    def _in_force(
        self, known: RuleInForce, window: WindowRule, zone: tzinfo, since: int, until: int
    ) -> Sequence[tuple[int, int]]:
        gone = _FAR if known.until is None else known.until
        if window.begin is not None and window.end is not None:
            return [(max(window.begin, known.since - self._late_s), min(window.end, gone))]
        place = zone if window.zone == SITE_ZONE else _zone(window.zone)
        return _recurring(window.every, place, max(since, known.since), min(until, gone))

    def _calendars_in_force(self, name: str) -> Iterator[tuple[int, int, Calendar | None]]:
        """Yield which version of a calendar holds from when to when; None: there was none."""
        reached = -_FAR
        for place, known in enumerate(self._calendars.get(name, ())):
            # What was before the first is told by the first: posmon was not there.
            begin = reached if place == 0 else max(reached, known.since)
            if reached < begin:
                yield reached, begin, None
            reached = _FAR if known.until is None else known.until
            yield begin, reached, _calendar(known)
        if reached < _FAR:
            yield reached, _FAR, None


def _matches(match: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> bool:
    return all(labels.get(key, "") in values for key, values in match.items())


def _calendar(known: RuleInForce) -> Calendar:
    rule = known.rule
    assert isinstance(rule, CalendarRule)  # noqa: S101 - filed as one
    return Calendar(
        name=rule.name,
        holidays=RecordedHolidays(rule),
        working_days_too=bool(rule.worked),
        closed=frozenset(map(date.fromisoformat, rule.closed)),
        hours={date.fromisoformat(day): tuple(spans) for day, spans in rule.hours.items()},
    )


@cache
def _recurring(every: str, zone: tzinfo, first: int, last: int) -> Sequence[tuple[int, int]]:
    """Return when a window is in force between two seconds; many profiles ask the same."""
    hours = _hours(every)
    if hours is None or first >= last:
        return ()
    spans = LocalSpans(hours.on, zone).between(first, last)
    return clipped(((second_of(a), second_of(b)) for a, b in spans), first, last)


@cache
def _hours(written: str) -> OpeningHours | None:
    """Return hours, None where there are none or a later posmon wrote them."""
    try:
        return parse_opening_hours(written) if written else None
    except BadHours:
        return None


@cache
def _zone(name: str) -> tzinfo:
    """Return a zone, UTC where there is none, or none of that name any more."""
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError, KeyError):
        return UTC
