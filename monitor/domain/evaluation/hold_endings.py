"""Holds that are about to end while alerts are held by them."""

from dataclasses import replace

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook, Key
from monitor.domain.alerts.subjects import HOLD, HOLD_ENDING, name_in
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.instant import Instant, parse_rfc3339
from monitor.domain.on_call.hold_ending import EndingHold
from monitor.domain.subjects.kind import Knowledge
from monitor.domain.subjects.table import Subjects
from monitor.domain.suppression.hold import Hold, HoldReason
from monitor.domain.suppression.suppression import Suppression

PORTION = 500
"""So many alerts are looked at in one tick."""

_ENDING = frozenset({HoldReason.WINDOW, HoldReason.SILENCE, HoldReason.ACKNOWLEDGED})
_SHARED = ("owner", "terminal_id", "site", "region")


class HoldEndingEvaluation:
    """Goes round the alerts that are held back, and announces each end once: one alert for what ends.

    An alert that two things hold is counted at the later end; where the end of one is not known, at none.
    """

    def __init__(
        self,
        *,
        known: Knowledge,
        rules: RulesInForce,
        subjects: Subjects,
        observer: AlertObserver,
        suppression: Suppression,
    ) -> None:
        self._book: AlertBook = known.book
        self._endings = known.endings
        self._rules = rules
        self._subjects = subjects
        self._observer = observer
        self._suppression = suppression
        self._open = known.book.follow(HOLD_ENDING)
        self._waiting: list[Key] = []
        self._found: dict[str, EndingHold] = {}

    def tick(self, now: Instant) -> list[Transition]:
        """Look at some of the alerts that fire; after the last of them, open and end what that calls for."""
        if not self._waiting and not self._open and not self._is_anything_said:
            self._endings.clear()
            return []
        if not self._waiting:
            self._found = {}
            self._waiting = [one.key for one in self._book if one.state is AlertState.FIRING]
        portion, self._waiting = self._waiting[:PORTION], self._waiting[PORTION:]
        for key in portion:
            alert = self._book.find(*key)
            if alert is not None and alert.alertname != HOLD_ENDING:
                self._look_at(alert, now)
        return [] if self._waiting else self._announce(now)

    @property
    def _is_anything_said(self) -> bool:
        board = self._suppression.on_call
        return bool(board.silences or board.acknowledgements or self._suppression.windows)

    def _look_at(self, alert: Alert, now: Instant) -> None:
        if self._suppression.hold(alert, now) is None:
            return
        last: Hold | None = None
        until = now.wall
        for hold in self._suppression.holds(alert, now):
            if hold.until is None:
                return
            if hold.until > until:
                last, until = hold, hold.until
        if last is None or last.reason not in _ENDING or last.since is None:
            return
        ending = EndingHold(
            by=last.by,
            until=until,
            left_s=until - now.wall,
            length_s=until - last.since,
            says=last.words,
            held=1,
            labels={name: alert.labels[name] for name in _SHARED if name in alert.labels},
        )
        self._found[ending.name] = _with(self._found.get(ending.name), ending)

    def _announce(self, now: Instant) -> list[Transition]:
        for subject in self._open:
            name = name_in(HOLD, subject) or ""
            if name not in self._found:
                self._found[name] = self._without_alerts(name, now)
        self._endings.clear()
        self._endings.update(self._found)
        rules, kind = self._rules.about(HOLD), self._subjects[HOLD]
        return [
            step for one in self._found.values() for step in self._observer.observe(rules, kind, one, now)
        ]

    def _without_alerts(self, name: str, now: Instant) -> EndingHold:
        """Return what was announced and holds nothing now: over, ended early, or only without alerts."""
        by, _, written = name.rpartition(" until ")
        until = parse_rfc3339(written) or 0.0
        left_s = max(0.0, until - now.wall) if self._is_in_force(by) else 0.0
        return EndingHold(by=by, until=until, left_s=left_s)

    def _is_in_force(self, by: str) -> bool:
        kind, _, name = by.partition(" ")
        if kind == HoldReason.WINDOW:
            return any(window.planned.name == name for window in self._suppression.windows)
        return self._suppression.on_call.find(name) is not None


def _with(known: EndingHold | None, one: EndingHold) -> EndingHold:
    """Return what is known of a hold with one alert more: the labels that all share remain."""
    if known is None:
        return one
    shared = {name: text for name, text in known.labels.items() if one.labels.get(name) == text}
    return replace(known, held=known.held + 1, labels=shared)
