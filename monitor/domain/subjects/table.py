"""Every kind of thing that alerts are about."""

from collections.abc import Iterable

from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.instant import Instant
from monitor.domain.subjects.groups import Regions, Sites, WholeFleet
from monitor.domain.subjects.hold_endings import HoldEndings
from monitor.domain.subjects.kind import Knowledge, SubjectKind, Thing
from monitor.domain.subjects.own_work import OwnWork
from monitor.domain.subjects.parents import ParentKind
from monitor.domain.subjects.terminal_sources import TerminalSources
from monitor.domain.subjects.terminals import Terminals
from monitor.domain.subjects.unattended import Unattended
from monitor.domain.subjects.windows import Cards, Sources

KINDS: tuple[type[SubjectKind], ...] = (
    Terminals,
    Sites,
    Regions,
    WholeFleet,
    Cards,
    Sources,
    TerminalSources,
    ParentKind,
    OwnWork,
    Unattended,
    HoldEndings,
)
"""Groups stand from the narrowest to the widest: the outage of a later one explains an earlier one's."""


class Subjects:
    """The kinds at work; finds what an alert is about."""

    def __init__(self, known: Knowledge, *, kinds: Iterable[type[SubjectKind]] = KINDS) -> None:
        self._kinds = {kind.name: kind(known) for kind in kinds}

    def __getitem__(self, name: str) -> SubjectKind:
        """Return the kind of that name; KeyError when there is none."""
        return self._kinds[name]

    def find(self, subject: str, now: Instant) -> tuple[SubjectKind, Thing] | None:
        """Return what alerts of that subject are about, and its kind; None when it is not known any more."""
        if subject.startswith("/"):
            _, name_of_kind, name = (*subject.split("/", 2), "")[:3]
        else:
            name_of_kind, name = TERMINAL, subject
        kind = self._kinds.get(name_of_kind)
        thing = None if kind is None else kind.find(name, now)
        return None if kind is None or thing is None else (kind, thing)
