"""A time in which a terminal was off."""

from collections.abc import Iterable
from typing import NamedTuple

from monitor.domain.alerts.alert import AlertState, Transition


class Absence(NamedTuple):
    """One alert of a terminal's absence that fired and is over: from `begin` to `end`, unix seconds.

    In `unwatched_s` of its seconds posmon was not running: then the terminal may have returned earlier.
    """

    subject: str
    begin: float
    end: float
    unwatched_s: float = 0.0


def ended(
    steps: Iterable[Transition], alertname: str, subjects: Iterable[str], *, since: float, until: float
) -> list[Absence]:
    """Return the absences of some subjects that ended in a period among steps, subject by subject."""
    found: dict[str, list[Absence]] = {subject: [] for subject in subjects}
    for step in steps:
        is_end = step.previous is AlertState.FIRING and step.state is AlertState.RESOLVED
        if is_end and step.alertname == alertname and since <= step.at.wall < until and step.subject in found:
            (since_s, begin), (at_s, end) = step.since, step.at
            unwatched_s = max(0.0, (end - begin) - (at_s - since_s))
            found[step.subject].append(Absence(step.subject, begin, end, unwatched_s))
    return [absence for absences in found.values() for absence in absences]
