"""A kind of thing that alerts are about, and all that posmon has to know of one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import subject_of
from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.diagnosis.tables import diagnose
from monitor.domain.event_tracking.event_windows import EventWindows
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.on_call.hold_ending import EndingHold

Words = dict[str, str]

Thing = Any
"""What the detectors of a kind judge; each kind has a type of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Where kinds find their things and what explains them; `endings` are holds about to end, by name."""

    fleet: Fleet
    book: AlertBook
    windows: EventWindows
    gatherer: Gatherer
    endings: dict[str, EndingHold] = field(default_factory=dict)


class SubjectKind(ABC):
    """One kind of thing: how it is named and stored, labelled, described and found again.

    The class is all there is to write for a new kind, beside its row in `table.KINDS`. Rows of the detector
    table use `name`; a `thing` is what their `judge` gets.
    """

    name: ClassVar[str]

    def __init__(self, known: Knowledge) -> None:
        self._known = known

    def subject(self, thing: Thing) -> str:
        """Return under which subject the thing's alerts are open and stored."""
        return subject_of(self.name, thing.name)

    @abstractmethod
    def find(self, name: str, now: Instant) -> Thing | None:
        """Return the thing of that name as it is now, None when there is none."""

    @abstractmethod
    def labels(self, thing: Thing) -> Mapping[str, str]:
        """Return the labels that identify the thing's alerts."""

    @abstractmethod
    def title(self, thing: Thing) -> str:
        """Return how summaries call the thing."""

    def prepare(self, thing: Thing, now: Instant) -> None:  # noqa: B027 - most kinds have nothing to do
        """Give the thing what its detectors judge beside it; called before they do."""

    def contact(self, thing: Thing) -> str:  # noqa: ARG002 - most kinds have none
        """Return the contact for the thing, "" when it has none."""
        return ""

    def asked_at(self, thing: Thing, now: Instant) -> Instant | None:  # noqa: ARG002 - some kinds need them
        """Return when what is known of the thing was asked for, None for now."""
        return None

    def explain(self, rule: Rule, thing: Thing, now: Instant) -> Words:  # noqa: ARG002 - some kinds need them
        """Return the annotations `cause`, `cause_zh` and `evidence`, as far as there are any."""
        return {}


def causes(rule: Rule, case: Case) -> Words:
    """Return the annotations of a diagnosis, none where no table speaks of the alert."""
    diagnosis = diagnose(rule.alertname, case)
    return {"cause": diagnosis.cause, "cause_zh": diagnosis.cause_zh} if diagnosis else {}
