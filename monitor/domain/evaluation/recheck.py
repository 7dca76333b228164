"""Polling neighbours again soon, to learn how large an outage is and which terminals are back after it."""

from collections.abc import Iterable
from math import inf

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.polling.recheck_queue import RecheckQueue

RECHECK_EVERY_S = 10.0
"""The neighbours of terminals that move one after another are polled again no more often than this."""


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
        """Have the rest of its site polled soon: it may be down as well."""
        site = self._fleet.sites.get(watched.terminal.site)
        if site is not None and self._is_due(f"{site.name} suspected", now):
            self._queue.suspect(member.terminal for member in site.members.values() if not member.is_down)

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

    def _hasten_members(self, outage: Outage) -> None:
        self._queue.hasten(member.terminal for member in outage.members.values() if member.is_down)

    def _is_due(self, name: str, now: Instant) -> bool:
        if now.monotonic - self._rechecked_at.get(name, -inf) < RECHECK_EVERY_S:
            return False
        self._rechecked_at[name] = now.monotonic
        return True
