"""Keeping the annotations of firing alerts up to date while the alerts themselves do not move."""

from collections import deque
from math import inf

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.lifecycle import PRESENT
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.instant import Instant
from monitor.domain.subjects.kind import Words
from monitor.domain.subjects.table import Subjects

EVERY_S = 60.0
"""An alert's annotations are refreshed no more often than this."""

MOST_AT_ONCE = 50
"""So many alerts are refreshed in one tick, so that an outage of the fleet delays no poll."""


class AnnotationRefresh:
    """Goes round the firing alerts, a few per tick, and gives them their present annotations.

    A round begins `EVERY_S` after the one before at the earliest, and not before that is done. Labels and
    state do not change: no transition comes of it. Receivers get the new annotations when the alert is next
    sent.
    """

    def __init__(
        self,
        *,
        book: AlertBook,
        rules: RulesInForce,
        subjects: Subjects,
        annotations: Annotations,
    ) -> None:
        self._book = book
        self._rules = rules
        self._subjects = subjects
        self._annotations = annotations
        self._waiting: deque[tuple[str, str]] = deque()
        self._began_s = -inf

    def tick(self, now: Instant) -> None:
        """Refresh the next few alerts of the round, or begin one when it is time."""
        if not self._waiting and now.monotonic >= self._began_s + EVERY_S:
            self._began_s = now.monotonic
            self._waiting.extend(alert.key for alert in self._book if alert.state is AlertState.FIRING)
        for _ in range(min(MOST_AT_ONCE, len(self._waiting))):
            alert = self._book.find(*self._waiting.popleft())
            if alert is not None and alert.state is AlertState.FIRING:
                self._refresh(alert, now)

    def _refresh(self, alert: Alert, now: Instant) -> None:
        # An alert about to resolve keeps its words: its condition can no longer be described.
        words = None if alert.absent_since else self.words_of(alert, now)
        if words is not None and words != alert.annotations:
            alert.annotations = words

    def words_of(self, alert: Alert, now: Instant) -> Words | None:
        """Return a firing alert's annotations as written now, None when its condition does not show."""
        found, rule = self._subjects.find(alert.subject, now), self._rules.rule_of(alert)
        if found is None or rule is None:
            return None
        kind, thing = found
        shows = rule.detector.judge(thing, rule.limits, True) is PRESENT
        return self._annotations.write(rule, kind, thing, now) if shows else None
