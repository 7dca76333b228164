"""What is known of one parent: whether it can be reached, and what that explains below it."""

from typing import Final

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.rules import TerminalRules
from monitor.domain.alerts.subjects import PARENT, subject_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.parent_row import Needs, ParentRow
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import ANSWERED, Outcome, PollResult
from monitor.domain.sources.board import SourceBoard

_NO_RULES: Final = TerminalRules(on_poll=(), on_answer=(), on_reading=())
"""A parent sends no heartbeat: only whether it answers is judged."""


LOST_BEFORE_S = 600.0
"""A terminal that fell silent so long before its parent is no part of the outage."""


class Parent:
    """A line, a router, a carrier, a host or a source, and what is known of it.

    `watched` is what is polled, None for a group and for a source, which has a `board` instead. `above` are
    its own parents. `is_out`: it cannot be reached, by a first failed poll or because of what it hangs on,
    and nothing below contradicts that; `since` is when that began the last time, `over` when it ended, None
    while it is out. `is_unasked`: it was not polled yet, so that nothing is known. `is_doubted`: it does not
    answer, and most of what hangs on it does. `alert` is the latest that says that it is down, open or over.
    """

    __slots__ = (
        "above",
        "alert",
        "below",
        "board",
        "is_doubted",
        "is_out",
        "is_unasked",
        "over",
        "row",
        "since",
        "watched",
    )

    def __init__(self, row: ParentRow, *, now: Instant, board: SourceBoard | None = None) -> None:
        self.row = row
        self.board = board
        terminal = Terminal(terminal_id=subject_of(PARENT, row.name), endpoint=row.endpoint)
        self.watched = WatchedTerminal(terminal, rules=_NO_RULES, now=now) if row.endpoint else None
        self.above: tuple[Parent, ...] = ()
        self.below: tuple[Parent, ...] = ()
        self.is_out = False
        self.is_unasked = False
        self.is_doubted = False
        self.since = now
        self.over: Instant | None = None
        self.alert: Alert | None = None

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self.row.name

    @property
    def failures(self) -> int:
        """How many polls in a row nothing answered."""
        return self.watched.failures if self.watched is not None else 0

    @property
    def is_failing(self) -> bool:
        """Whether it did not answer itself when it was last asked."""
        board = self.board
        if board is not None:
            return board.last_result is not None and not board.is_reachable
        return self.failures > 0

    @property
    def is_cut_off(self) -> bool:
        """Whether it cannot be reached because of its own parents, as `needs` says."""
        return self._holds_of([parent.is_out for parent in self.above])

    @property
    def began(self) -> Instant:
        """The last moment at which it was known to be reachable, before it was out the last time."""
        watched = self.watched
        return watched.unreachable_since if watched is not None and watched.failures else self.since

    @property
    def lost_before_s(self) -> float:
        """A moment (monotonic seconds): what fell silent before it is no part of the outage."""
        return self.began.monotonic - LOST_BEFORE_S

    def absorb(self, result: PollResult, now: Instant) -> None:
        """Keep the result of a poll; whatever answers, with a heartbeat or not, can be reached."""
        watched = self.watched
        assert watched is not None  # noqa: S101 - only what has an endpoint is polled
        if result.outcome is Outcome.AWAITED:
            watched.lose_sight(result)
        elif result.outcome is not Outcome.SHED:
            is_good = result.outcome is Outcome.OK or result.outcome in ANSWERED
            outcome = Outcome.OK if is_good else result.outcome
            known = PollResult(outcome, result.duration_s, None, result.detail, age_s=result.age_s)
            watched.absorb(known, now, clock_skew_s=None, steady=True)

    def look(self, now: Instant) -> bool:
        """Find out whether it is out; tell whether that, or whether it was asked, has changed."""
        watched = self.watched
        is_unasked = watched is not None and watched.outcome is None
        is_unasked = is_unasked or self._holds_of([parent.is_unasked for parent in self.above])
        is_out = not self.is_doubted and (self.is_failing or self.is_cut_off)
        if is_out is self.is_out:
            has_changed = is_unasked is not self.is_unasked
            if has_changed and not is_unasked and not is_out:
                # Its terminals were held back as if it had been out.
                self.over = now
            self.is_unasked = is_unasked
            return has_changed
        self.is_out, self.is_unasked = is_out, is_unasked
        if is_out:
            self.since, self.over = now, None
        else:
            self.over = now
        return True

    def settled(self, now: Instant) -> None:
        """Note that the alert about it has ended: what hangs on it is asked once more."""
        if not self.is_out:
            self.over = now

    def explains(self, alert: Alert, asked_at: Instant) -> bool:
        """Tell whether it may be all there is to an alert about something that was last `asked_at`.

        It is, while it is out, until its own alert has ended, and until what hangs on it has been polled
        since. An alert that fires on only because it keeps firing for a while is explained as well.
        """
        if self.is_out or self.is_unasked:
            return True
        own = self.alert
        if not self.is_doubted and own is not None and own.state is AlertState.FIRING:
            return True
        if self.over is None:
            return False
        over = self.over.monotonic
        return asked_at.monotonic <= over or (
            alert.absent_since is not None and alert.since.monotonic <= over
        )

    def is_explained_above(self, alert: Alert) -> bool:
        """Tell whether its own parents may be all there is to an alert about it.

        A group is nothing but its parents.
        """
        if not self.above:
            return False
        watched = self.watched
        if watched is None:
            return True
        return self._holds_of([parent.explains(alert, watched.asked_at) for parent in self.above])

    def _holds_of(self, parents: list[bool]) -> bool:
        """Combine what is true of its parents: each one is needed, or one is enough."""
        return bool(parents) and (all(parents) if self.row.needs is Needs.ANY else any(parents))
