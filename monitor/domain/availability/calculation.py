"""From facts to a report: one terminal after the other, in memory for groups and not for terminals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from itertools import groupby
from operator import attrgetter

from monitor.domain.alerts.subjects import FLEET_SUBJECT, SITE, name_in
from monitor.domain.availability.facts import Episode, EpisodeKind, Profile, ProfileFrom, RuleInForce, Watch
from monitor.domain.availability.recorded_plans import RecordedPlans
from monitor.domain.availability.report import (
    WORST_LISTED,
    AvailabilityRow,
    CauseRow,
    GroupBy,
    ReportQuery,
    ReportSummary,
)
from monitor.domain.availability.spans import merged
from monitor.domain.availability.states import StateSeconds
from monitor.domain.availability.tally import SiteOutages, TimeTally
from monitor.domain.availability.terminal_time import TerminalClock, TerminalTime
from monitor.domain.availability.timeline import Timelines

_KEYS = {
    GroupBy.SITE: attrgetter("site"),
    GroupBy.MERCHANT: attrgetter("merchant_id"),
    GroupBy.REGION: attrgetter("region"),
    GroupBy.MODEL: attrgetter("model"),
}
_OF_SITES = frozenset({GroupBy.SITE, GroupBy.MERCHANT, GroupBy.REGION})


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """All facts that a report on a period needs.

    `watches` are all there are. `groups` are the episodes of sites and of the fleet. `profiles` and
    `episodes` of terminals come in the order of terminal ids (of their bytes), profiles of one terminal in
    that of time: those before the end of the period, and episodes that touch it.
    """

    watches: Sequence[Watch]
    rules: Sequence[RuleInForce]
    groups: Sequence[Episode]
    profiles: Iterable[ProfileFrom]
    episodes: Iterable[Episode]


@dataclass(slots=True)
class _Cause:
    outages: int = 0
    seconds: int = 0


@dataclass(slots=True)
class _Sums:
    """Everything that is summed up beside the rows."""

    total: TimeTally
    causes: defaultdict[str, _Cause] = field(default_factory=lambda: defaultdict(_Cause))
    cohorts: defaultdict[str, TimeTally] = field(default_factory=lambda: defaultdict(TimeTally))
    worst: list[tuple[int, str, AvailabilityRow]] = field(default_factory=list)


class AvailabilityCalculation:
    """Works out a report; `rows` first, then `summary`.

    `now` (unix seconds) is when it is made: what goes on lasts until then. `late_s` is how far back a window
    may reach that was declared after its beginning.
    """

    def __init__(self, facts: PeriodFacts, query: ReportQuery, *, now: int, late_s: int) -> None:
        self._facts = facts
        self._query = query
        self._plans = RecordedPlans(facts.rules, late_s=late_s)
        self._site_outages = _site_outages(facts.groups) if query.by in _OF_SITES else None
        self._sums = _Sums(TimeTally(self._site_outages))
        watched = merged((watch.began, watch.ended) for watch in facts.watches)
        link = [_span(one, now) for one in facts.groups if one.subject == FLEET_SUBJECT]
        self._clock = TerminalClock(
            Timelines(self._plans, watched, since=query.since, until=query.until),
            since=query.since,
            until=query.until,
            now=now,
            own_link=merged(link),
        )

    def rows(self) -> Iterator[AvailabilityRow]:
        """Yield the rows in the order of their keys; those of terminals one at a time."""
        groups: dict[str, TimeTally] = {}
        for terminal_id, time in self._terminals():
            row = self._add(terminal_id, time)
            if self._query.by is GroupBy.TERMINAL:
                yield row
            else:
                self._add_to_groups(groups, terminal_id, time)
        for key in sorted(groups):
            yield groups[key].row(key)

    def summary(self, *, unreadable: int = 0) -> ReportSummary:
        """Return what was summed up while `rows` was read to its end."""
        sums, since, until = self._sums, self._query.since, self._query.until
        causes = [
            CauseRow(cause=name, outages=cause.outages, seconds=cause.seconds)
            for name, cause in sums.causes.items()
        ]
        cohorts = [tally.row(key) for key, tally in sums.cohorts.items()]
        return ReportSummary(
            total=sums.total.row(""),
            worst=tuple(row for _, _, row in sorted(sums.worst, key=lambda one: (-one[0], one[2].key))),
            by_cause=tuple(sorted(causes, key=lambda one: (-one.seconds, one.cause))),
            by_cohort=tuple(sorted(cohorts, key=lambda row: (-row.seconds.down, row.key))),
            late_windows=tuple(self._plans.late_windows(since, until)),
            first_second=min((watch.began for watch in self._facts.watches), default=None),
            unreadable=unreadable,
        )

    def _terminals(self) -> Iterator[tuple[str, TerminalTime]]:
        """Yield the time of each terminal that the inventory had in use in the period."""
        episodes = groupby(self._facts.episodes, key=attrgetter("subject"))
        subject, of_subject = next(episodes, (None, iter(())))
        for terminal_id, profiles in groupby(self._facts.profiles, key=attrgetter("terminal_id")):
            while subject is not None and subject < terminal_id:
                subject, of_subject = next(episodes, (None, iter(())))
            trouble = sorted(of_subject, key=attrgetter("began")) if subject == terminal_id else []
            time = self._clock.divide(profiles, trouble)
            if time.by_profile:
                yield terminal_id, time

    def _add(self, terminal_id: str, time: TerminalTime) -> AvailabilityRow:
        """Add a terminal to everything that is summed up beside the rows, and return its own row."""
        sums, since, until = self._sums, self._query.since, self._query.until
        own = TimeTally()
        for profile, seconds in time.by_profile:
            own.add(terminal_id, seconds)
            sums.total.add(terminal_id, seconds)
            sums.cohorts[_cohort(profile)].add(terminal_id, seconds)
        for outage in time.outages:
            own.add_outage(outage, since, until)
            sums.total.add_outage(outage, since, until)
            sums.cohorts[_cohort(outage.profile)].add_outage(outage, since, until)
            sums.causes[outage.episode.cause].outages += since <= outage.first < until
        for cause, seconds_lost in time.lost:
            sums.causes[cause].seconds += seconds_lost
        if time.outside:
            outside = StateSeconds(unmonitored=time.outside)
            own.add(terminal_id, outside)
            if self._query.by is GroupBy.TERMINAL:
                sums.total.add(terminal_id, outside)
        row = own.row(terminal_id)
        self._compare_with_worst(row)
        return row

    def _add_to_groups(self, groups: dict[str, TimeTally], terminal_id: str, time: TerminalTime) -> None:
        key_of = _KEYS[self._query.by]
        for profile, seconds in time.by_profile:
            key = key_of(profile)
            if key not in groups:
                groups[key] = TimeTally(self._site_outages)
            groups[key].add(terminal_id, seconds)
        for outage in time.outages:
            groups[key_of(outage.profile)].add_outage(outage, self._query.since, self._query.until)

    def _compare_with_worst(self, row: AvailabilityRow) -> None:
        if not row.seconds.down:
            return
        entry = (row.seconds.down, _Backwards(row.key), row)
        if len(self._sums.worst) < WORST_LISTED:
            heappush(self._sums.worst, entry)
        else:
            heappushpop(self._sums.worst, entry)


class _Backwards(str):
    """Of two that lost as much, the first by id is the worse."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


def _cohort(profile: Profile) -> str:
    return f"{profile.model} {profile.firmware}".strip()


def _site_outages(groups: Iterable[Episode]) -> SiteOutages:
    found: dict[str, list[Episode]] = defaultdict(list)
    for one in groups:
        site = name_in(SITE, one.subject)
        if site and one.kind is EpisodeKind.DOWN:
            found[site].append(one)
    return found


def _span(episode: Episode, now: int) -> tuple[int, int]:
    return episode.began, now if episode.ended is None else episode.ended
