"""Outages of sites, of the whole fleet and of other groups: when they begin, go on and end."""

from collections.abc import Mapping

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import WRONG_ANSWERS
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.recheck import Recheck
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.subjects.table import Subjects


class OutageEvaluation:
    """Evaluates the rules of groups when a member goes down or comes back, and as time passes.

    An outage is known here alone: its alert, who was part of it, and who is polled again soon (`recheck`).
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        rules: RulesInForce,
        subjects: Subjects,
        observer: AlertObserver,
        recheck: Recheck,
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._rules = rules
        self._subjects = subjects
        self._observer = observer
        self._recheck = recheck
        self._outages = rules.outages
        self._names = (*self._outages.values(), WRONG_ANSWERS)
        self._open = tuple(book.follow(name) for name in self._names)
        self._losses = fleet.whole.mass_loss
        self._changed: dict[str, None] = {}

    def restore(self) -> None:
        """Link groups to their open outages, so that these go on suppressing after a restart.

        Until the uplinks have been probed, a restored outage of the fleet does not end for their sake.
        """
        for alertname in self._names:
            for subject, alert in self._book.named(alertname).items():
                group = self._fleet.groups.find(subject)
                if group is not None:
                    _link(group, alert)
        if self._fleet.whole.alert is not None:
            self._fleet.whole.uplinks = {"not probed yet": False}

    def outages_of(self, watched: WatchedTerminal) -> list[Outage]:
        """Return the larger outages, suspected or confirmed, that a terminal is part of, largest first."""
        # Called for every poll: this loop is several times faster than any() over a generator.
        for alerts in self._open:
            if alerts:
                break
        else:
            return []
        groups = self._fleet.groups_around(watched.terminal.terminal_id)
        return [group for group in groups if self._is_open(group)]

    def member_moved(self, watched: WatchedTerminal, now: Instant) -> list[Transition]:
        """Count a terminal that went down or came back, and evaluate its groups."""
        groups = self._fleet.groups_of(watched)
        is_closed = self._fleet.closed.moved(watched, now)
        for group in groups:
            group.moved(watched, is_closed=is_closed)
        if not watched.is_silent:
            self._losses.broken()
        elif groups and not is_closed:
            self._losses.lost(watched)
        transitions = [step for group in groups for step in self._evaluate(group, now)]
        if is_closed:
            return transitions
        if watched.is_down:
            self._recheck.member_lost(watched, now)
        else:
            self._recheck.member_returned(self.outages_of(watched), now)
        return transitions

    def member_answered(self) -> None:
        """Count a good heartbeat of a terminal that was up before; needed only while losses are counted."""
        self._losses.broken()

    def members_changed(self, terminal: Terminal) -> None:
        """Have a terminal's groups evaluated at the next `tick`: half-way through a reload is too early."""
        self._changed.update(dict.fromkeys(group.subject for group in self._fleet.groups.of(terminal)))

    def close(self, alert: Alert, now: Instant) -> Transition:
        """End an open alert whose rule or subject is gone, perhaps one of an outage."""
        step = self._book.close(alert, now)
        self._recheck.outages_ended([step])
        return step

    def uplinks_probed(self, answers: Mapping[str, bool], now: Instant) -> list[Transition]:
        """Evaluate the fleet with the answers of the configured uplink probes."""
        self._fleet.whole.uplinks = dict(answers)
        return self._evaluate(self._fleet.whole, now)

    def tick(self, now: Instant) -> list[Transition]:
        """Evaluate the groups with open alerts, and those whose members have changed and are not all up.

        The largest come first: what a larger outage explains is not yet evaluated then. Before that, members
        are counted out whose shops have closed, and in whose shops have opened.
        """
        self._follow_the_clock(now)
        changed, self._changed = self._changed, {}
        transitions: list[Transition] = []
        for kind in reversed(self._fleet.groups.kinds):
            names = [rule.alertname for rule in self._rules.about(kind)]
            subjects = [subject for subject in changed if self._is_down(kind, subject)]
            subjects += [subject for name in names for subject in self._book.named(name)]
            for subject in dict.fromkeys(subjects):
                transitions += self._evaluate_subject(subject, now)
        return transitions

    def _follow_the_clock(self, now: Instant) -> None:
        closed = self._fleet.closed
        if waking := [*closed.waking(now)]:
            self._recheck.shops_open(waking)
        for watched in closed.turned(now):
            is_closed = watched.terminal.terminal_id in closed
            for group in self._fleet.groups_of(watched):
                group.moved(watched, is_closed=is_closed)
                self._changed[group.subject] = None

    def _is_down(self, kind: str, subject: str) -> bool:
        group = self._fleet.groups.find(subject)
        return group is not None and group.kind == kind and (group.down > 0 or len(group.wrong) > 0)

    def _evaluate_subject(self, subject: str, now: Instant) -> list[Transition]:
        group = self._fleet.groups.find(subject)
        if group is not None:
            return self._evaluate(group, now)
        return [self.close(alert, now) for alert in [*self._book.about(subject).values()]]

    def _evaluate(self, group: Outage, now: Instant) -> list[Transition]:
        rules = self._rules.about(group.kind)
        transitions = self._observer.observe(rules, self._subjects[group.kind], group, now)
        for step in transitions:
            alert = self._book.find(step.alertname, group.subject)
            if step.previous is AlertState.INACTIVE and step.alertname in self._names and alert is not None:
                _link(group, alert)
                group.explain()
        self._recheck.outages_ended(transitions)
        return transitions

    def _is_open(self, group: Outage) -> bool:
        names = (self._outages.get(group.kind, ""), WRONG_ANSWERS)
        return any(self._book.find(name, group.subject) for name in names)


def _link(group: Outage, alert: Alert) -> None:
    """Let an alert about a group explain those of its members."""
    if alert.alertname == WRONG_ANSWERS:
        group.wrong.alert = alert
    else:
        group.alert = alert
