"""From the verdicts of detectors to open, moved and relabelled alerts."""

from collections.abc import Mapping, Sequence

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.labels import identity_labels, is_same_identity
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, Verdict
from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.evaluation.annotations import Annotations
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.subjects.kind import SubjectKind, Thing
from monitor.domain.subjects.table import Subjects


class AlertObserver:
    """Asks detectors about a subject and moves its alerts accordingly.

    It gives an alert its labels when the alert opens and its annotations whenever it steps. Every method
    returns the transitions it made, in order.
    """

    def __init__(self, *, book: AlertBook, subjects: Subjects, annotations: Annotations) -> None:
        self._book = book
        self._terminals = subjects[TERMINAL]
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
            # Nearly all verdicts are "absent" with no alert open: they cannot change anything.
            if is_open or verdict is PRESENT:
                transitions += self._move(rule, watched, verdict, now)
                alerts = self._book.about(watched.terminal.terminal_id)
        return transitions

    def observe(
        self, rules: Sequence[Rule], kind: SubjectKind, thing: Thing, now: Instant
    ) -> list[Transition]:
        """Evaluate `rules` for anything but a terminal: a site, the fleet, a card, a source, posmon."""
        subject = kind.subject(thing)
        return [step for rule in rules for step in self._observe(rule, kind, subject, thing, now)]

    def relabel(
        self, alert: Alert, rule: Rule, kind: str, own_labels: Mapping[str, str], now: Instant
    ) -> list[Transition]:
        """Give an alert another identity if its labels have changed: the old one ends, a new one goes on.

        `kind` is what it is about, with labels of its own.
        """
        labels = identity_labels(rule, kind, own_labels)
        if is_same_identity(alert.labels, labels):
            return []
        return self._book.reopen(alert, rule, labels, now)

    def _observe(
        self,
        rule: Rule,
        kind: SubjectKind,
        subject: str,
        thing: Thing,
        now: Instant,
    ) -> list[Transition]:
        if not rule.enabled:
            return []
        detector = rule.detector
        alert = self._book.find(detector.alertname, subject)
        verdict = detector.judge(thing, rule.limits, alert is not None)
        if alert is None and verdict is not PRESENT:
            return []
        transitions = self.relabel(alert, rule, kind.name, kind.labels(thing), now) if alert else []
        step = self._book.observe(
            rule,
            subject,
            verdict,
            now,
            labels=lambda: identity_labels(rule, kind.name, kind.labels(thing)),
            annotations=lambda: self._annotations.write(rule, kind, thing, now),
            asked_at=kind.asked_at(thing, now),
            began=detector.began(thing, rule.limits) if detector.began and alert is None else None,
        )
        return [*transitions, step] if step else transitions

    def _move(self, rule: Rule, watched: WatchedTerminal, verdict: Verdict, now: Instant) -> list[Transition]:
        detector, kind = rule.detector, self._terminals
        terminal_id = watched.terminal.terminal_id
        replacement = self._book.find(detector.replaced_by, terminal_id)
        if replacement is not None and replacement.state is AlertState.FIRING:
            verdict = ABSENT
        step = self._book.observe(
            rule,
            terminal_id,
            verdict,
            now,
            labels=lambda: identity_labels(rule, kind.name, kind.labels(watched)),
            annotations=lambda: self._annotations.write(rule, kind, watched, now),
            asked_at=watched.asked_at,
            began=detector.began(watched, rule.limits) if detector.began else None,
        )
        return [step] if step else []
