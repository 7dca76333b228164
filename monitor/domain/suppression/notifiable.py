"""Which alerts receivers are notified of."""

from collections import Counter
from typing import NamedTuple

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.uncommitted import UncommittedTransitions
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.notification.told import ToldLog
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.suppression.hold import HoldReason
from monitor.domain.suppression.suppression import Suppression

RECHECK_BEFORE_S = 60.0
"""So long before a hold ends its terminals are polled once more."""


class Notifiable(NamedTuple):
    """An alert that receivers should believe now.

    `held` says what holds it back: then only receivers that know it keep it open.
    """

    alert: Alert
    held: str = ""


class NotifiableAlerts:
    """The alerts that receivers should believe now: firing, committed and not withdrawn.

    `held` counts, by reason, the firing alerts that were held back when they were last asked for. Terminals
    that are down when a hold is about to end go to `rechecks`: posmon polls seldom what is off for long, and
    must not tell of what is on again. `told` notes what is held, and why.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        uncommitted: UncommittedTransitions,
        suppression: Suppression,
        rechecks: RecheckQueue | None = None,
        told: ToldLog | None = None,
    ) -> None:
        self.held: Counter[HoldReason] = Counter()
        self._fleet = fleet
        self._book = book
        self._uncommitted = uncommitted
        self._suppression = suppression
        self._rechecks = rechecks or RecheckQueue()
        self._told = told or ToldLog()
        self._rechecked: dict[tuple[str, str], float] = {}
        self._waiting: set[tuple[str, str]] = set()

    def hold_back(self, keys: set[tuple[str, str]]) -> None:
        """Hold these alerts back until their terminals have been heard from.

        They were suppressed in the run before, and whether they outlive that is not known yet.
        """
        self._waiting = set(keys)

    def is_suppressed(self, alert: Alert, now: Instant) -> bool:
        """Tell whether something keeps an alert from receivers that do not know it, and note what."""
        hold = self._suppression.hold(alert, now)
        if hold is not None:
            self._told.hold(alert.key, hold.reason, now.wall)
        return hold is not None

    def alerts(self, now: Instant) -> list[Notifiable]:
        """Return them."""
        uncommitted = self._uncommitted.keys()
        self.held.clear()
        if len(self._rechecked) > len(self._book):
            self._rechecked.clear()
        found, held = [], {}
        for alert in self._book:
            if alert.state is not AlertState.FIRING:
                continue
            hold = self._suppression.hold(alert, now)
            if hold is not None:
                self.held[hold.reason] += 1
                held[alert.key] = hold.reason.value
                if hold.until is not None and hold.until - now.wall <= RECHECK_BEFORE_S:
                    self._recheck(alert, hold.until)
                if not hold.keeps_told:
                    continue
            if alert.key not in uncommitted and not self._is_held_back(alert):
                found.append(Notifiable(alert, hold.words if hold else ""))
        self._told.hold_only(held, now.wall)
        return found

    def _recheck(self, alert: Alert, until: float) -> None:
        """Have those polled once more that an alert says are down, before its hold ends."""
        if self._rechecked.get(alert.key) == until:
            return
        self._rechecked[alert.key] = until
        watched, group = self._fleet.get(alert.subject), self._fleet.groups.find(alert.subject)
        members = [watched] if watched else [*group.members.values()] if group else []
        self._rechecks.hasten(member.terminal for member in members if member.is_down)

    def _is_held_back(self, alert: Alert) -> bool:
        if alert.key not in self._waiting:
            return False
        watched = self._fleet.get(alert.subject)
        if watched is not None:
            last_received = watched.last_poll if watched.terminal.is_polled else watched.reading
            if last_received is None:
                return True
        self._waiting.discard(alert.key)
        return False
