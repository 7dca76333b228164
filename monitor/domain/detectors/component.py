"""Judging what one part of a terminal says of itself."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from monitor.domain.lifecycle import Verdict
from monitor.domain.reading import Reading
from monitor.domain.watched_terminal import WatchedTerminal

StatusOf = Callable[[Reading], StrEnum | None]


def shows(status_of: StatusOf, *bad: StrEnum) -> Callable[[WatchedTerminal, Any, bool], Verdict]:
    """Return a judge: present while the part's status is one of `bad`, unknown when it says nothing."""

    def judge(terminal: WatchedTerminal, _limits: object, _is_open: bool) -> Verdict:
        status = status_of(terminal.reading) if terminal.reading else None
        if status is None:
            return Verdict.UNKNOWN
        return Verdict.PRESENT if status in bad else Verdict.ABSENT

    return judge


def says(part: str, status_of: StatusOf) -> Callable[[WatchedTerminal, Any], str]:
    """Return a summary: the part and its status in words."""

    def summary(terminal: WatchedTerminal, _limits: object) -> str:
        status = status_of(terminal.reading) if terminal.reading else None
        return f"{part}: {status.value.replace('_', ' ') if status else 'unknown'}"

    return summary
