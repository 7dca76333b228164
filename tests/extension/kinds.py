"""A kind of subject that posmon does not know: the terminals of a region, as if they shared a line."""

from operator import attrgetter

from monitor.domain.fleet.grouping import Grouping
from monitor.domain.subjects.groups import GroupKind, WholeFleet
from monitor.domain.subjects.kind import SubjectKind
from monitor.domain.subjects.table import KINDS


class Regions(GroupKind):
    """A region of the inventory."""

    name = "region"
    grouping = Grouping(kind="region", name_of=attrgetter("region"))


def with_regions() -> tuple[type[SubjectKind], ...]:
    """Return the table with the new row: wider than a site, narrower than the fleet."""
    where = KINDS.index(WholeFleet)
    return (*KINDS[:where], Regions, *KINDS[where:])
