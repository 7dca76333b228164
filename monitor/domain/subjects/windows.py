"""Alerts about what events and pushes name: a card, a source."""

from abc import abstractmethod
from collections.abc import Mapping

from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import CARD, CARD_ATTACK, SOURCE
from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.diagnosis.evidence import case_facts
from monitor.domain.diagnosis.tables import diagnose
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.unknown_ids import SourceWindow
from monitor.domain.events.window_facts import card_facts, source_facts
from monitor.domain.fleet.known_facts import in_one_line
from monitor.domain.instant import Instant
from monitor.domain.subjects.kind import SubjectKind, Thing, Words, causes


class WindowKind(SubjectKind):
    """A thing of which only the events of a time are known; of an earlier run's, an empty window."""

    def labels(self, thing: Thing) -> Mapping[str, str]:
        """Return the thing's name under the name of its kind."""
        return {self.name: thing.name}

    def title(self, thing: Thing) -> str:
        """Return the kind and the name."""
        return f"{self.name} {thing.name}"

    def explain(self, rule: Rule, thing: Thing, now: Instant) -> Words:
        """Return causes where a table speaks of the alert, and what the window shows."""
        case = self._case(thing, now)
        return causes(rule, case) | {"evidence": in_one_line(self._facts(thing) | case_facts(case))}

    @abstractmethod
    def _case(self, thing: Thing, now: Instant) -> Case:
        """Return what is known beside the window."""

    @abstractmethod
    def _facts(self, thing: Thing) -> dict[str, str]:
        """Return what the window shows, most telling first."""


class Cards(WindowKind):
    """A payment card, stored as the first digits of its hash."""

    name = CARD

    def prepare(self, thing: CardWindow, now: Instant) -> None:
        """Diagnose a card of which another wrong PIN has come in: its PIN may be being guessed."""
        if thing.wrong_pins.fresh and len(thing.wrong_pins) > 1:
            diagnosis = diagnose(CARD_ATTACK, self._case(thing, now))
            thing.attack_share = diagnosis.share_of(Cause.CARD_ATTACK) if diagnosis else 0.0

    def find(self, name: str, now: Instant) -> CardWindow:
        """Return the card's wrong PINs."""
        return self._known.windows.cards.window_of(name, now)

    def _case(self, thing: Thing, now: Instant) -> Case:
        return self._known.gatherer.of_card(thing.name, now)

    def _facts(self, thing: Thing) -> dict[str, str]:
        return card_facts(thing)


class Sources(WindowKind):
    """Who pushes for terminals that the inventory does not know, stored as its token's name."""

    name = SOURCE

    def find(self, name: str, now: Instant) -> SourceWindow:
        """Return the unknown ids that the source gave."""
        return self._known.windows.unknown_ids.window_of(name, now)

    def _case(self, thing: Thing, _now: Instant) -> Case:
        return self._known.gatherer.of_source(thing.name)

    def _facts(self, thing: Thing) -> dict[str, str]:
        return source_facts(thing)
