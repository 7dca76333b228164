"""Terminals that answer, but not with a heartbeat: who of a group, and what the answers are."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from monitor.domain.alerts.alert import Alert
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.polling.poll_result import Outcome

SHARED_BY = 2
"""An answer that so many give has one cause for all of them."""


class WrongAnswer(NamedTuple):
    """What a terminal answers instead of a heartbeat; `detail` is a short phrase of posmon's own."""

    outcome: Outcome
    detail: str


class WrongAnswers:
    """The members of a group that answer wrongly, by their answer.

    `alert` is the latest that says that many do, open or over.
    """

    __slots__ = ("_answers", "_by_answer", "alert")

    def __init__(self) -> None:
        self.alert: Alert | None = None
        self._answers: dict[str, WrongAnswer] = {}
        self._by_answer: dict[WrongAnswer, dict[str, WatchedTerminal]] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def __iter__(self) -> Iterator[WatchedTerminal]:
        """Iterate over the members that answer wrongly."""
        for members in self._by_answer.values():
            yield from members.values()

    @property
    def most_frequent(self) -> tuple[WrongAnswer, Mapping[str, WatchedTerminal]] | None:
        """The most frequent answer, and its terminals by id; None without a wrong answer."""
        return max(self._by_answer.items(), key=lambda item: len(item[1]), default=None)

    def is_shared(self, member: WatchedTerminal) -> bool:
        """Tell whether others of the group give the same wrong answer."""
        answer = answer_of(member)
        return answer is not None and len(self._by_answer.get(answer, ())) >= SHARED_BY

    def moved(self, member: WatchedTerminal) -> None:
        """Count a member by its last answer."""
        terminal_id, answer = member.terminal.terminal_id, answer_of(member)
        if self._answers.get(terminal_id) == answer:
            return
        self.remove(terminal_id)
        if answer is not None:
            self._answers[terminal_id] = answer
            self._by_answer.setdefault(answer, {})[terminal_id] = member

    def remove(self, terminal_id: str) -> None:
        """Count a member out; one that answers well is in no count."""
        answer = self._answers.pop(terminal_id, None)
        if answer is None:
            return
        members = self._by_answer[answer]
        del members[terminal_id]
        if not members:
            del self._by_answer[answer]


def answer_of(member: WatchedTerminal) -> WrongAnswer | None:
    """Return what a terminal answers instead of a heartbeat, None when it is well or silent."""
    if not member.answers_wrongly or member.outcome is None:
        return None
    return WrongAnswer(member.outcome, member.detail)
