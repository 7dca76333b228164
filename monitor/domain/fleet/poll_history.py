"""How the polls of one terminal went."""

from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import ANSWERED, Outcome

HISTORY_POLLS = 21
"""How many polls the flapping history holds, as Nagios has it."""

STEADILY_UP = (1 << HISTORY_POLLS) - 1
"""The flapping history of a terminal that has long been answering."""


class PollHistory:
    """The last poll, the failures in a row, and whether the terminal comes and goes.

    `history` has one bit per poll, newest lowest, 1 = good; `polls_seen` counts up to HISTORY_POLLS.
    `watched_since` is since when this run watches it.
    """

    __slots__ = (
        "detail",
        "duration_s",
        "failures",
        "history",
        "last_good",
        "last_poll",
        "outcome",
        "polls_seen",
        "watched_since",
    )

    def __init__(self, now: Instant) -> None:
        self.watched_since = now
        self.outcome: Outcome | None = None
        self.detail = ""
        self.duration_s = 0.0
        self.last_poll: Instant | None = None
        self.last_good: Instant | None = None
        self.failures = 0
        self.history = 0
        self.polls_seen = 0

    @property
    def is_down(self) -> bool:
        """Whether the last poll failed."""
        return self.failures > 0

    @property
    def answers_wrongly(self) -> bool:
        """Whether something answered the last poll, but not with a heartbeat."""
        return self.failures > 0 and self.outcome in ANSWERED

    @property
    def is_silent(self) -> bool:
        """Whether nothing answered the last poll."""
        return self.failures > 0 and self.outcome not in ANSWERED

    @property
    def is_restless(self) -> bool:
        """Whether its flapping history holds good polls and failed ones."""
        return self.history not in (0, (1 << self.polls_seen) - 1)

    @property
    def unreachable_since(self) -> Instant:
        """The last moment it was known to be reachable, or when watching began."""
        last_good = self.last_good
        # A heartbeat of an earlier run says nothing of the time between the runs.
        if last_good is None or last_good.monotonic < self.watched_since.monotonic:
            return self.watched_since
        return last_good

    @property
    def asked_at(self) -> Instant:
        """When the last poll began; it may have ended a timeout later."""
        return (self.last_poll or self.watched_since).ago(self.duration_s)

    def forget_failures(self) -> None:
        """Take the latest failures out of the flapping history: a larger outage explains them."""
        while self.polls_seen and not self.history & 1:
            self.history >>= 1
            self.polls_seen -= 1
