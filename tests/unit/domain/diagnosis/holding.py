"""Asking one clue of a table whether it holds."""

from typing import Any

from monitor.domain.diagnosis.case import Case, RecentChange
from monitor.domain.diagnosis.clue import Table


def holding(table: Table, **known: Any) -> set[str]:
    """Name the clues of a table that hold when just this is known."""
    case = Case(**known)
    return {clue.name for clue in table.clues if clue.holds(case)}


def changed(what: str) -> tuple[RecentChange, ...]:
    """Return one change of a minute ago."""
    return (RecentChange(what=what, before="a", after="b", ago_s=60.0),)
