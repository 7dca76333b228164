"""Alerts about what terminals hang on."""

from collections.abc import Mapping

from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import PARENT
from monitor.domain.diagnosis.evidence import parent_evidence
from monitor.domain.fleet.parent import Parent
from monitor.domain.instant import Instant
from monitor.domain.subjects.kind import SubjectKind, Words


class ParentKind(SubjectKind):
    """A parent of the configuration."""

    name = PARENT

    def find(self, name: str, now: Instant) -> Parent | None:  # noqa: ARG002 - some kinds need the time
        """Return the parent of that name, None when the configuration names it no more."""
        return self._known.fleet.parents.get(name)

    def labels(self, thing: Parent) -> Mapping[str, str]:
        """Return the parent's name."""
        return {PARENT: thing.name}

    def title(self, thing: Parent) -> str:
        """Return what the parent is called."""
        return thing.name

    def asked_at(self, thing: Parent, now: Instant) -> Instant | None:  # noqa: ARG002 - some kinds need the time
        """Return when it was last asked, None for a group, which is not asked."""
        return thing.watched.asked_at if thing.watched is not None else None

    def explain(self, rule: Rule, thing: Parent, now: Instant) -> Words:  # noqa: ARG002 - one kind of alert
        """Return how its last poll ended, and how much hangs on it and is down."""
        return {"evidence": parent_evidence(thing, self._known.fleet.parents.members(thing))}
