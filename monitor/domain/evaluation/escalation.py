"""Unattended alerts: how long they have been unattended, and which level is notified."""

from math import inf

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook, Key
from monitor.domain.alerts.subjects import HOLD_ENDING, UNATTENDED
from monitor.domain.calendars.escalation_policy import levels_of
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.on_call.unattended import UnattendedAlert
from monitor.domain.subjects.table import Subjects
from monitor.domain.subjects.unattended import ALERT
from monitor.domain.suppression.hold import HoldReason
from monitor.domain.suppression.suppression import Suppression

PORTION = 500
"""So many alerts are looked at in one tick."""

SAVE_EVERY_S = 60.0
"""A crash takes no more than this from the clock of an alert."""

_ATTENDED = frozenset({HoldReason.ACKNOWLEDGED, HoldReason.SILENCE})
_NEVER_ESCALATED = frozenset({ALERT, "Watchdog", HOLD_ENDING})


class EscalationEvaluation:
    """Counts for how long each alert has been firing, not held and not acknowledged.

    The clock stands while anything holds the alert, and begins anew once somebody has acknowledged or
    silenced it. It is kept with the alert (`unattended_s`), so a restart does not begin it anew.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        rules: RulesInForce,
        subjects: Subjects,
        observer: AlertObserver,
        suppression: Suppression,
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._rules = rules
        self._subjects = subjects
        self._observer = observer
        self._suppression = suppression
        self._open = book.follow(ALERT)
        self._began_s = inf
        self._waiting: list[Key] = []
        self._looked_s: dict[Key, float] = {}

    def tick(self, now: Instant) -> list[Transition]:
        """Look at some of the alerts that fire, and end what is attended to."""
        self._began_s = min(self._began_s, now.monotonic)
        steps: list[Transition] = []
        if self._fleet.escalation:
            for key in self._portion():
                alert = self._book.find(*key)
                if alert is not None and alert.state is AlertState.FIRING:
                    steps += self._look_at(alert, now)
        for subject in list(self._open):
            found = self._subjects.find(subject, now)
            if found is not None and not found[1].is_due:
                steps += self._observe(found[1], now)
        return steps

    def _portion(self) -> list[Key]:
        if not self._waiting:
            self._waiting = [alert.key for alert in self._book if alert.alertname not in _NEVER_ESCALATED]
            self._looked_s = {key: at for key, at in self._looked_s.items() if self._book.find(*key)}
        portion, self._waiting = self._waiting[:PORTION], self._waiting[PORTION:]
        return portion

    def _look_at(self, alert: Alert, now: Instant) -> list[Transition]:
        levels = levels_of(alert.labels, self._fleet.escalation)
        if not levels:
            return []
        self._count(alert, now)
        steps = []
        for number, after_s in enumerate(levels, start=1):
            thing = UnattendedAlert(
                level=number, alertname=alert.alertname, subject=alert.subject, alert=alert, after_s=after_s
            )
            if thing.is_due:
                steps += self._observe(thing, now)
        return steps

    def _count(self, alert: Alert, now: Instant) -> None:
        fired_s = alert.fired_at.monotonic if alert.fired_at else now.monotonic
        last_s = self._looked_s.get(alert.key, max(fired_s, self._began_s))
        self._looked_s[alert.key] = now.monotonic
        hold = self._suppression.hold(alert, now)
        before = alert.unattended_s
        if hold is None:
            alert.unattended_s += max(0.0, now.monotonic - last_s)
        elif hold.reason in _ATTENDED:
            alert.unattended_s = 0.0
        if before // SAVE_EVERY_S != alert.unattended_s // SAVE_EVERY_S:
            self._book.mark_unsaved(alert)

    def _observe(self, thing: UnattendedAlert, now: Instant) -> list[Transition]:
        return self._observer.observe(self._rules.about(UNATTENDED), self._subjects[UNATTENDED], thing, now)
