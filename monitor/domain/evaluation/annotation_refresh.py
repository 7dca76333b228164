"""Keeping the annotations of firing alerts up to date while the alerts themselves do not move."""

from collections import deque
from math import inf

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.lifecycle import PRESENT
from monitor.domain.alerts.subjects import FLEET_SUBJECT
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.event_tracking.event_windows import EventWindows
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.instant import Instant

EVERY_S = 60.0
"""An alert's annotations are refreshed no more often than this."""

MOST_AT_ONCE = 50
"""So many alerts are refreshed in one tick, so that an outage of the fleet holds nobody up."""


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
        fleet: Fleet,
        rules: RulesInForce,
        annotations: Annotations,
        windows: EventWindows,
    ) -> None:
        self._book = book
        self._fleet = fleet
        self._rules = rules
        self._annotations = annotations
        self._windows = windows
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
        # An alert about to resolve keeps its words: what it was about is no longer there to be described.
        words = None if alert.absent_since else self.words_of(alert, now)
        if words is not None and words != alert.annotations:
            alert.annotations = words

    def words_of(self, alert: Alert, now: Instant) -> dict[str, str] | None:
        """Return a firing alert's annotations as written now, None when its condition does not show."""
        watched = self._fleet.get(alert.subject)
        if watched is not None:
            rule = watched.rules.named(alert.alertname)
            shows = rule is not None and rule.detector.judge(watched, rule.limits, True) is PRESENT
            return self._annotations.of_terminal(rule, watched, now) if rule is not None and shows else None
        group = self._group_of(alert, now)
        rule = self._rules[alert.alertname]
        if group is None or rule.detector.judge(group, rule.limits, True) is not PRESENT:
            return None
        return self._annotations.of_group(rule, group, now)

    def _group_of(self, alert: Alert, now: Instant) -> Outage | CardWindow | SourceWindow | None:
        if alert.subject == FLEET_SUBJECT:
            return self._fleet.whole
        if alert.alertname == "SiteOffline":
            return self._fleet.sites.get(alert.labels["site"])
        return self._windows.window_of(alert.subject, now)
