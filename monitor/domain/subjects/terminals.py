"""Alerts about one terminal."""

from collections.abc import Mapping

from monitor.domain.alerts.labels import labels_of_terminal
from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import FLEET_SUBJECT, TERMINAL
from monitor.domain.diagnosis.evidence import case_facts
from monitor.domain.diagnosis.tables import TABLES
from monitor.domain.fleet.known_facts import facts_of, in_one_line
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.subjects.kind import SubjectKind, Words, causes


class Terminals(SubjectKind):
    """A watched terminal, stored as its id."""

    name = TERMINAL

    def subject(self, thing: WatchedTerminal) -> str:
        """Return the terminal's id."""
        return thing.terminal.terminal_id

    def find(self, name: str, _now: Instant) -> WatchedTerminal | None:
        """Return a terminal by its id, None when it is not watched."""
        return self._known.fleet.get(name)

    def labels(self, thing: WatchedTerminal) -> Mapping[str, str]:
        """Return what the inventory says of the terminal."""
        return labels_of_terminal(thing.terminal)

    def title(self, thing: WatchedTerminal) -> str:
        """Return the terminal's id."""
        return thing.terminal.terminal_id

    def contact(self, thing: WatchedTerminal) -> str:
        """Return the inventory's contact."""
        return thing.terminal.contact

    def asked_at(self, thing: WatchedTerminal, _now: Instant) -> Instant:
        """Return when the last poll began."""
        return thing.asked_at

    def explain(self, rule: Rule, thing: WatchedTerminal, now: Instant) -> Words:
        """Return causes where a table speaks of the alert, and what is known of the terminal."""
        if rule.alertname not in TABLES or self._is_explained(rule, thing):
            return {"evidence": in_one_line(facts_of(thing))}
        case = self._known.gatherer.of_terminal(rule.alertname, thing, now)
        return causes(rule, case) | {"evidence": in_one_line(case_facts(case) | facts_of(thing))}

    def _is_explained(self, rule: Rule, thing: WatchedTerminal) -> bool:
        """Tell whether the fleet's outage is cause enough: it would be asked of all terminals at once."""
        is_fleets = bool(self._known.book.about(FLEET_SUBJECT))
        return rule.detector.yields_to_outage and is_fleets and any(self._known.fleet.whole.explaining(thing))
