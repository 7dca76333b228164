"""Which terminals are watched, and by which rules."""

from monitor.domain.alerts.alert import Alert, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.labels import labels_of_terminal
from monitor.domain.alerts.subjects import PARENT, TERMINAL, TERMINAL_SOURCE, name_in
from monitor.domain.availability.ledger import AvailabilityLedger
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.outage_evaluation import OutageEvaluation
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.persistence.dirty_terminals import DirtyTerminals
from monitor.domain.persistence.record import Remembered
from monitor.domain.persistence.restoration import Restoration
from monitor.domain.sources.serial_holders import Replacement


class Membership:
    """Starts, changes and stops the watching of terminals, also after a restart.

    Methods that return transitions return those they made, in order.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        rules: RulesInForce,
        observer: AlertObserver,
        outages: OutageEvaluation,
        dirty: DirtyTerminals,
        ledger: AvailabilityLedger,
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._rules = rules
        self._observer = observer
        self._outages = outages
        self._dirty = dirty
        self._ledger = ledger
        self._restoration: Restoration | None = None

    def restore(self, remembered: Remembered) -> None:
        """Continue an earlier run; to be called before any terminal is added.

        Its alerts are open at once, in their state. A terminal gets back its memory when it is added.
        `end_restoration` ends this.
        """
        self._restoration = Restoration(remembered, book=self._book)

    def remembers(self, terminal_id: str) -> bool:
        """Tell whether an earlier run watched a terminal that is not added yet; until `end_restoration`."""
        return self._restoration is not None and terminal_id in self._restoration

    def end_restoration(self, now: Instant) -> list[Transition]:
        """Make restored alerts agree with inventory and rules, as `change` does, once all are added."""
        restoration, self._restoration = self._restoration, None
        if restoration is None:
            return []
        self._outages.restore()
        self._ledger.settle(self._book, now)
        for terminal_id in restoration.untaken:
            self._dirty.forget(terminal_id)
        steps = [step for alert in list(self._book) for step in self._renew(alert, now)]
        for alert in self._book:
            self._book.resume(alert, self._rules.rule_of(alert) or self._rules[alert.alertname])
        return steps

    def add(self, terminal: Terminal, now: Instant) -> WatchedTerminal:
        """Start watching a terminal. A new one is up, so that no outage begins with it."""
        terminal_id = terminal.terminal_id
        watched = self._fleet.add(
            terminal,
            rules=self._rules.for_terminal(terminal),
            now=now,
            memory=self._restoration.take(terminal_id) if self._restoration else None,
        )
        if watched.is_down:
            self._outages.members_changed(terminal)
        self._ledger.joined(watched, now)
        self._dirty.add(watched)
        return watched

    def remove(self, terminal_id: str, now: Instant) -> list[Transition]:
        """Stop watching a terminal: its alerts end; KeyError when it is not watched.

        Its site and the fleet are evaluated without it at the next tick.
        """
        self._outages.members_changed(self._fleet[terminal_id].terminal)
        self._fleet.remove(terminal_id)
        self._ledger.left(terminal_id, now)
        self._dirty.forget(terminal_id)
        return [self._outages.close(alert, now) for alert in [*self._book.about(terminal_id).values()]]

    def change(self, terminal: Terminal, now: Instant) -> list[Transition]:
        """Give a watched terminal its new inventory row and the rules in force.

        An alert whose rule is gone ends; one whose labels changed ends under the old identity and goes on
        under the new one. Everything else stays as it is; sites and fleet are evaluated at the next tick.
        KeyError when the terminal is not watched.
        """
        watched = self._fleet[terminal.terminal_id]
        self._outages.members_changed(watched.terminal)
        self._fleet.change(terminal, rules=self._rules.for_terminal(terminal), now=now)
        self._outages.members_changed(terminal)
        self._ledger.changed(watched, now)
        self._dirty.add(watched)
        alerts = [*self._book.about(terminal.terminal_id).values()]
        return [step for alert in alerts for step in self._renew(alert, now)]

    def note_replacement(self, watched: WatchedTerminal, replacement: Replacement, now: Instant) -> None:
        """Write into the device record that its source has moved another device to its place."""
        watched.note_replacement(replacement, now)
        self._dirty.add(watched)

    def replace_rules(self, rule_book: RuleBook) -> None:
        """Bring new rules into force: for terminals as each is changed, for all else at once.

        `close_disabled` is to follow when every terminal has been changed.
        """
        self._rules.replace(rule_book)

    def close_disabled(self, now: Instant) -> list[Transition]:
        """End the alerts of sites, fleet and posmon whose rule a new configuration disabled.

        So do those of sources and parents that it names no more.
        """
        return [
            self._outages.close(alert, now)
            for alert in list(self._book)
            if alert.subject.startswith("/") and (self._rules.rule_of(alert) is None or self._is_gone(alert))
        ]

    def _is_gone(self, alert: Alert) -> bool:
        source = name_in(TERMINAL_SOURCE, alert.subject)
        if source is not None:
            return source not in self._fleet.sources
        parent = name_in(PARENT, alert.subject)
        return parent is not None and self._fleet.parents.get(parent) is None

    def _renew(self, alert: Alert, now: Instant) -> list[Transition]:
        """End an alert whose rule is gone; give it another identity if its labels have changed."""
        rule = self._rules.rule_of(alert)
        if rule is None:
            return [self._outages.close(alert, now)]
        watched = self._fleet.get(alert.subject)
        if watched is None:
            return []  # a site's or the fleet's: evaluated at the next tick
        return self._observer.relabel(alert, rule, TERMINAL, labels_of_terminal(watched.terminal), now)
