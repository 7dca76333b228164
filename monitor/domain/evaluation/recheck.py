"""Polling neighbours again soon, to learn how large an outage is and which terminals are back after it."""

from collections.abc import Iterable
from itertools import islice
from math import inf

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.alerts.subjects import REGION, subject_of
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.region_outage import RegionOutage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.polling.recheck_queue import RecheckQueue

RECHECK_EVERY_S = 10.0
"""The neighbours of terminals that move one after another are polled again no more often than this."""

PLACES_ASKED = 16
"""For each place of a region that went dark lately, so many others are asked whether they are dark too."""
LATELY_S = 600.0


class Recheck:
    """Decides which neighbours of a terminal that went down or came back are polled again soon.

    `alertnames` are the alerts that say a whole group is down.
    """

    def __init__(self, *, fleet: Fleet, alertnames: Iterable[str], queue: RecheckQueue) -> None:
        self._fleet = fleet
        self._alertnames = frozenset(alertnames)
        self._queue = queue
        self._rechecked_at: dict[str, float] = {}

    def member_lost(self, watched: WatchedTerminal, now: Instant) -> None:
        """Have the rest of its site polled soon, and some of its region: they may be down as well."""
        site = self._fleet.sites.get(watched.terminal.site)
        if site is not None and self._is_due(f"{site.name} suspected", now):
            self._queue.suspect(member.terminal for member in site.members.values() if not member.is_down)
        region = self._fleet.groups.find(subject_of(REGION, watched.terminal.region))
        if isinstance(region, RegionOutage) and region.is_dark(watched):
            self._ask_region(region, now)

    def member_returned(self, outages: Iterable[Outage], now: Instant) -> None:
        """Have the members of these outages polled soon that are still down: they may be back as well."""
        for outage in outages:
            if self._is_due(outage.name, now):
                self._hasten_members(outage)

    def shops_open(self, terminals: Iterable[WatchedTerminal]) -> None:
        """Have terminals polled soon whose shops open again: posmon polls seldom what is off for long."""
        self._queue.hasten(watched.terminal for watched in terminals)

    def outages_ended(self, steps: Iterable[Transition]) -> None:
        """Have the members polled soon that are still down although their outage has ended."""
        for step in steps:
            if step.state is AlertState.RESOLVED and step.alertname in self._alertnames:
                outage = self._fleet.groups.find(step.subject)
                if outage is not None:
                    self._hasten_members(outage)

    def _ask_region(self, region: RegionOutage, now: Instant) -> None:
        """Have other places of a region polled soon, the more of them the more went dark lately."""
        if region.is_whole_fleet or not self._is_due(f"{region.subject} suspected", now):
            return
        asked = PLACES_ASKED * region.dark_after(now.monotonic - LATELY_S)
        self._queue.suspect(member.terminal for member in islice(region.one_of_each_place(), asked))

    def _hasten_members(self, outage: Outage) -> None:
        self._queue.hasten(member.terminal for member in outage.members.values() if member.is_down)

    def _is_due(self, name: str, now: Instant) -> bool:
        if now.monotonic - self._rechecked_at.get(name, -inf) < RECHECK_EVERY_S:
            return False
        self._rechecked_at[name] = now.monotonic
        return True
