"""Alerts about terminals that can go down at once."""

from collections.abc import Mapping
from typing import ClassVar

from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import FLEET, REGION, SITE, WRONG_ANSWERS, subject_of
from monitor.domain.diagnosis.evidence import (
    fleet_evidence,
    group_evidence,
    region_evidence,
    wrong_answers_evidence,
)
from monitor.domain.fleet.grouping import BY_REGION, BY_SITE, Grouping
from monitor.domain.fleet.outage import FleetOutage, Outage
from monitor.domain.fleet.region_outage import RegionOutage
from monitor.domain.instant import Instant
from monitor.domain.subjects.kind import Knowledge, SubjectKind, Words, causes


class GroupKind(SubjectKind):
    """Terminals with one thing in common; a kind of group says by `grouping` which.

    Detectors of a group judge an Outage: whenever a member goes down or comes back, and every tick while
    an alert about the group is open.
    """

    grouping: ClassVar[Grouping]

    def __init__(self, known: Knowledge) -> None:
        super().__init__(known)
        known.fleet.group_by(self.grouping)

    def find(self, name: str, _now: Instant) -> Outage | None:
        """Return the group of that name, None when it has no members."""
        return self._known.fleet.groups.find(subject_of(self.name, name))

    def labels(self, thing: Outage) -> Mapping[str, str]:
        """Return the group's name under the name of its kind, and the region of most members."""
        return {self.name: thing.name} | ({"region": thing.region} if thing.region else {})

    def title(self, thing: Outage) -> str:
        """Return the group's name."""
        return thing.name

    def contact(self, thing: Outage) -> str:
        """Return the contact of the first member that has one."""
        contacts = (member.terminal.contact for member in thing.members.values())
        return next(filter(None, contacts), "")

    def asked_at(self, thing: Outage, now: Instant) -> Instant:
        """Return a moment since which all members that are down have been polled."""
        return thing.asked_at(now)

    def explain(self, rule: Rule, thing: Outage, _now: Instant) -> Words:
        """Return causes where a table speaks of the alert, and which members are down and which not."""
        if rule.alertname == WRONG_ANSWERS:
            return _explain_answers(self._known, rule, thing)
        case = self._known.gatherer.of_group(thing)
        return causes(rule, case) | {"evidence": group_evidence(thing)}


class Sites(GroupKind):
    """A site of the inventory."""

    name = SITE
    grouping = BY_SITE


class Regions(GroupKind):
    """A region of the inventory."""

    name = REGION
    grouping = BY_REGION

    def title(self, thing: Outage) -> str:
        """Return the region's name, as one."""
        return f"region {thing.name}"

    def contact(self, thing: Outage) -> str:  # noqa: ARG002 - some kinds have one
        """Return none: no shop answers for its region."""
        return ""

    def explain(self, rule: Rule, thing: Outage, now: Instant) -> Words:  # noqa: ARG002 - some kinds need them
        """Return which sites are dark and how the last polls ended."""
        assert isinstance(thing, RegionOutage)  # noqa: S101 - for mypy: its grouping makes no other
        return {"evidence": region_evidence(thing)}


class WholeFleet(SubjectKind):
    """All terminals that are polled and paged for."""

    name = FLEET

    def find(self, _name: str, _now: Instant) -> FleetOutage:
        """Return the whole fleet."""
        return self._known.fleet.whole

    def labels(self, _thing: FleetOutage) -> Mapping[str, str]:
        """Return none: there is one fleet."""
        return {}

    def title(self, _thing: FleetOutage) -> str:
        """Return who speaks: its own link is suspected."""
        return "posmon"

    def asked_at(self, thing: FleetOutage, now: Instant) -> Instant:
        """Return now: nothing larger could explain the outage."""
        return thing.asked_at(now)

    def explain(self, rule: Rule, thing: FleetOutage, _now: Instant) -> Words:
        """Return what the last polls came to and which uplinks answer, or what terminals answer wrongly."""
        if rule.alertname == WRONG_ANSWERS:
            return _explain_answers(self._known, rule, thing)
        return {"evidence": fleet_evidence(thing)}


def _explain_answers(known: Knowledge, rule: Rule, group: Outage) -> Words:
    case = known.gatherer.of_wrong_answers(group)
    return causes(rule, case) | {"evidence": wrong_answers_evidence(group)}
