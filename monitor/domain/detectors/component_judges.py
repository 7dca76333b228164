"""Judging what one part of a terminal says of itself."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.phrase import Phrase, status_phrase
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Reading

PartOf = Callable[[Reading], Any]
"""Gives a part of a reading, which has a `status`, or None."""


def shows(part_of: PartOf, *bad: StrEnum) -> Callable[[WatchedTerminal, Any, bool], Verdict]:
    """Return a judge: present while the part's status is one of `bad`, unknown when it says nothing."""

    def judge(terminal: WatchedTerminal, _limits: object, _is_open: bool) -> Verdict:
        part = part_of(terminal.reading) if terminal.reading else None
        if part is None or part.status is None:
            return UNKNOWN
        return PRESENT if part.status in bad else ABSENT

    return judge


def says(name: Phrase, part_of: PartOf) -> Callable[[WatchedTerminal, Any], Phrase]:
    """Return a summary: the part's name and its status in words."""

    def summary(terminal: WatchedTerminal, _limits: object) -> Phrase:
        part = part_of(terminal.reading) if terminal.reading else None
        return status_phrase(name, part.status if part else None)

    return summary
