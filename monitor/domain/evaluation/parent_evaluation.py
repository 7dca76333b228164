"""What terminals hang on: when it is down, when it is back, and who is polled again because of it."""

from collections.abc import Iterable
from math import inf

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import PARENT, PARENT_DOWN, name_in
from monitor.domain.evaluation.alert_observer import AlertObserver
from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.parent import Parent
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import PollResult
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.subjects.table import Subjects

LOOK_EVERY_S = 10.0
"""So often posmon looks whether what hangs on a silent parent answers, and who was not asked since."""


class ParentEvaluation:
    """Keeps what is known of parents, and evaluates their rules.

    A parent that goes out explains what befalls its terminals from its first failed poll on. When it is back,
    those that are down are polled before anything is told of them.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        rules: RulesInForce,
        subjects: Subjects,
        observer: AlertObserver,
        queue: RecheckQueue,
    ) -> None:
        self._parents = fleet.parents
        self._book = book
        self._rules = rules
        self._subjects = subjects
        self._observer = observer
        self._queue = queue
        self._looked_at = -inf

    def accept(self, watched: WatchedTerminal, result: PollResult, now: Instant) -> list[Transition]:
        """Evaluate one finished poll of a parent; one of anything else changes nothing."""
        parent = self._parents.polled_as(watched.terminal.terminal_id)
        if parent is None or parent.watched is not watched:
            return []
        parent.absorb(result, now)
        changed = self._spread([parent], now)
        return [step for one in dict.fromkeys((parent, *changed)) for step in self._evaluate(one, now)]

    def member_lost(self, watched: WatchedTerminal) -> None:
        """Have the parents of a terminal that went down polled soon: one of them may be down."""
        if watched.terminal.parents:
            self._queue.suspect(_polled(self._parents.around(watched.terminal).values()))

    def explains(self, watched: WatchedTerminal) -> bool:
        """Tell whether a terminal hangs on something that is out now."""
        return any(parent.is_out for parent in self._parents.of(watched.terminal))

    def tick(self, now: Instant) -> list[Transition]:
        """Evaluate the parents with open alerts, and the sources; now and then, whom posmon should ask."""
        if not self._parents:
            return []
        self._parents.is_told = any(rule.enabled for rule in self._rules.about(PARENT))
        boards = [one for one in self._parents.sources if one.is_failing is not one.is_out]
        changed = self._spread(boards, now) if boards else []
        if now.monotonic >= self._looked_at + LOOK_EVERY_S and self._parents.troubled:
            self._looked_at = now.monotonic
            changed += self._look(now)
        open_ones = [
            parent
            for subject in self._book.named(PARENT_DOWN)
            if (parent := self._parents.get(name_in(PARENT, subject) or "")) is not None
        ]
        return [step for one in dict.fromkeys((*changed, *open_ones)) for step in self._evaluate(one, now)]

    def _spread(self, moved: Iterable[Parent], now: Instant) -> list[Parent]:
        changed = self._parents.spread(moved, now)
        for parent in changed:
            if parent.is_out:
                self._queue.suspect(_polled(parent.below))
                for member in self._parents.members(parent):
                    if member.is_down:
                        member.forget_failures()
            else:
                self._hasten(parent)
        return changed

    def _evaluate(self, parent: Parent, now: Instant) -> list[Transition]:
        if parent.board is not None:  # an alert of its own says that a source is away
            return []
        kind = self._subjects[PARENT]
        transitions = self._observer.observe(self._rules.about(PARENT), kind, parent, now)
        alert = self._book.find(PARENT_DOWN, kind.subject(parent))
        if alert is not None:
            parent.alert = alert
            self._parents.troubled[parent.name] = parent
        elif transitions:
            parent.settled(now)
            self._hasten(parent)
        return transitions

    def _hasten(self, parent: Parent) -> None:
        self._queue.hasten(member.terminal for member in self._parents.members(parent) if member.is_down)
        self._queue.hasten(_polled(one for one in parent.below if one.failures))

    def _look(self, now: Instant) -> list[Parent]:
        """Weigh again which silent parents are doubted, and have those asked who were not asked since."""
        moved = []
        for parent in [*self._parents.troubled.values()]:
            is_doubted = parent.failures > 0 and self._most_answer(parent)
            if is_doubted is not parent.is_doubted:
                parent.is_doubted = is_doubted
                moved.append(parent)
            elif parent.over is not None:
                self._look_below(parent)
        return self._spread(moved, now)

    def _look_below(self, parent: Parent) -> None:
        assert parent.over is not None  # noqa: S101 - the caller has seen to it
        over = parent.over.monotonic
        unasked = [
            member.terminal
            for member in self._parents.members(parent)
            if member.is_down and member.asked_at.monotonic <= over
        ]
        self._queue.hasten(unasked)
        is_open = self._book.find(PARENT_DOWN, self._subjects[PARENT].subject(parent)) is not None
        if not (unasked or is_open or parent.failures or parent.is_unasked or self._has_turned(parent)):
            del self._parents.troubled[parent.name]

    def _has_turned(self, parent: Parent) -> bool:
        """Tell whether something fires on that it may have been all there was to, although it is back."""
        groups = (self._book.named(name) for name in self._rules.outages.values())
        members = (self._book.about(member.terminal.terminal_id) for member in self._parents.members(parent))
        below = (self._book.about(self._subjects[PARENT].subject(one)) for one in parent.below)
        return any(
            alert.absent_since is not None
            for alerts in (*groups, *members, *below)
            for alert in alerts.values()
        )

    def _most_answer(self, parent: Parent) -> bool:
        """Tell whether more than half of the terminals below a silent parent have answered since."""
        since, lost_before = parent.since.monotonic, parent.lost_before_s
        answering = counted = 0
        for member in self._parents.members(parent):
            if not member.is_down:
                counted += 1
                answering += member.last_good is not None and member.last_good.monotonic > since
            else:
                counted += member.unreachable_since.monotonic >= lost_before
        return answering * 2 > counted


def _polled(parents: Iterable[Parent]) -> Iterable[Terminal]:
    return [parent.watched.terminal for parent in parents if parent.watched is not None]
