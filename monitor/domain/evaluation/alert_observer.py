"""From the verdicts of detectors to open, moved and relabelled alerts."""

from collections.abc import Mapping, Sequence

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.labels import identity_labels, labels_of_terminal
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, Verdict
from monitor.domain.alerts.rules import Rule
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.self_monitoring.liveness import PollingProgress

Group = Outage | PollingProgress | CardWindow | SourceWindow
"""What an alert is about if it is not about one terminal."""


class AlertObserver:
    """Asks detectors about a subject and moves its alerts accordingly.

    It gives an alert its labels when the alert opens and its annotations whenever it steps. Every method
    returns the transitions it made, in order.
    """

    def __init__(self, *, book: AlertBook, annotations: Annotations) -> None:
        self._book = book
        self._annotations = annotations

    def observe_terminal(
        self, watched: WatchedTerminal, rules: Sequence[Rule], now: Instant
    ) -> list[Transition]:
        """Evaluate `rules` for one terminal."""
        alerts = self._book.about(watched.terminal.terminal_id)
        transitions: list[Transition] = []
        for rule in rules:
            detector = rule.detector
            is_open = detector.alertname in alerts
            verdict = detector.judge(watched, rule.limits, is_open)
            # Nearly all verdicts are "absent" with no alert open: nothing can come of those.
            if is_open or verdict is PRESENT:
                transitions += self._move(rule, watched, verdict, now)
                alerts = self._book.about(watched.terminal.terminal_id)
        return transitions

    def observe_group(
        self, rule: Rule, subject: str, group: Group, now: Instant, own_labels: Mapping[str, str]
    ) -> list[Transition]:
        """Evaluate one rule for a site, the fleet, a card, a source or posmon; `own_labels` identify it."""
        if not rule.enabled:
            return []
        detector = rule.detector
        alert = self._book.find(detector.alertname, subject)
        verdict = detector.judge(group, rule.limits, alert is not None)
        if alert is None and verdict is not PRESENT:
            return []
        transitions = self.relabel(alert, rule, own_labels, now) if alert else []
        step = self._book.observe(
            rule,
            subject,
            verdict,
            now,
            labels=lambda: identity_labels(rule, own_labels),
            annotations=lambda: self._annotations.of_group(rule, group, now),
            asked_at=group.asked_at(now) if isinstance(group, Outage) else None,
            began=detector.began(group, rule.limits) if detector.began and alert is None else None,
        )
        return [*transitions, step] if step else transitions

    def relabel(
        self, alert: Alert, rule: Rule, own_labels: Mapping[str, str], now: Instant
    ) -> list[Transition]:
        """Give an alert another identity if its labels have changed: the old one ends, a new one goes on."""
        labels = identity_labels(rule, own_labels)
        return [] if labels == alert.labels else self._book.reopen(alert, rule, labels, now)

    def _move(self, rule: Rule, watched: WatchedTerminal, verdict: Verdict, now: Instant) -> list[Transition]:
        detector = rule.detector
        terminal = watched.terminal
        replacement = self._book.find(detector.replaced_by, terminal.terminal_id)
        if replacement is not None and replacement.state is AlertState.FIRING:
            verdict = ABSENT
        step = self._book.observe(
            rule,
            terminal.terminal_id,
            verdict,
            now,
            labels=lambda: identity_labels(rule, labels_of_terminal(terminal)),
            annotations=lambda: self._annotations.of_terminal(rule, watched, now),
            asked_at=watched.asked_at,
            began=detector.began(watched, rule.limits) if detector.began else None,
        )
        return [step] if step else []
