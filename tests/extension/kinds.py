"""A kind of subject that posmon does not know: the terminals of a merchant, as if they shared a line."""

from operator import attrgetter

from monitor.domain.fleet.grouping import Grouping
from monitor.domain.subjects.groups import GroupKind, WholeFleet
from monitor.domain.subjects.kind import SubjectKind
from monitor.domain.subjects.table import KINDS


class Merchants(GroupKind):
    """A merchant of the inventory."""

    name = "merchant"
    grouping = Grouping(kind="merchant", name_of=attrgetter("merchant_id"))


def with_merchants() -> tuple[type[SubjectKind], ...]:
    """Return the table with the new row: wider than a site, narrower than the fleet."""
    where = KINDS.index(WholeFleet)
    return (*KINDS[:where], Merchants, *KINDS[where:])
