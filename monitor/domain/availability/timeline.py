"""What the seconds of a terminal are as long as nothing is the matter with it."""

from typing import NamedTuple

from monitor.domain.availability.facts import Profile
from monitor.domain.availability.recorded_plans import RecordedPlans
from monitor.domain.availability.spans import Measure, Spans, common, without
from monitor.domain.calendars.trading_hours import BEFORE_CLOSING_S, MARGIN_S

MARGIN_DAYS_S = 8 * 86_400
"""Closed times are known for so long before and after a period: a week's holiday is seen whole."""

_CHUNK_S = 60 * 86_400


class Timeline(NamedTuple):
    """The seconds from `since` to `until`: `watched` by posmon, and of these closed, planned or judged.

    `closures` are the times in which the shop was closed, watched or not.
    """

    since: int
    until: int
    watched: Measure
    closed: Measure
    planned: Measure
    judged: Measure
    closures: Measure

    def explains(self, began: int, ended: int) -> bool:
        """Tell whether an outage is no more than a shop that closed: it fits into one closed time.

        Terminals go off up to an hour before closing, and are on again a quarter of an hour after opening.
        """
        # Where a shop opens for less than an hour, the next closed time may explain what the first does not.
        for closing, opening in self.closures.ending_after(began):
            if closing - BEFORE_CLOSING_S > began:
                return False
            if closing < ended <= opening + MARGIN_S:
                return True
        return False


class Timelines:
    """Works out the timeline of each profile once, for a period with a margin."""

    def __init__(self, plans: RecordedPlans, watched: Spans, *, since: int, until: int) -> None:
        self._plans = plans
        self._watched = watched
        self._since, self._until = since - MARGIN_DAYS_S, until + MARGIN_DAYS_S
        self._known: dict[tuple[Profile, str, int], Timeline] = {}
        self._shared: dict[tuple[object, ...], Timeline] = {}

    def of(self, profile: Profile, terminal_id: str, *, back_to: int | None = None) -> Timeline:
        """Return the timeline of a terminal of that profile; `back_to` a second, if it must reach further."""
        since = self._since
        if back_to is not None and back_to - MARGIN_DAYS_S < since:
            since = (back_to - MARGIN_DAYS_S) // _CHUNK_S * _CHUNK_S
        name = terminal_id if self._plans.names(terminal_id) else ""
        key = (profile, name, since)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._share(profile, terminal_id, since)
        return known

    def _share(self, profile: Profile, terminal_id: str, since: int) -> Timeline:
        """Return one timeline for all profiles of equal hours and windows: sites differ, hours hardly do."""
        planned = self._plans.planned(profile, terminal_id, since, self._until)
        key = (profile.opening_hours, profile.timezone, profile.calendar, tuple(planned), since)
        known = self._shared.get(key)
        if known is None:
            closures = self._plans.closed(profile, since, self._until)
            known = self._shared[key] = self._worked_out(closures, planned, since)
        return known

    def _worked_out(self, closures: Spans, planned: Spans, since: int) -> Timeline:
        watched = common(self._watched, [(since, self._until)])
        opened = without(watched, closures)
        return Timeline(
            since=since,
            until=self._until,
            watched=Measure(watched),
            closed=Measure(common(watched, closures)),
            planned=Measure(common(opened, planned)),
            judged=Measure(without(opened, planned)),
            closures=Measure(closures),
        )
