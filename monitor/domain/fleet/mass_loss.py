"""A fleet that falls silent all at once."""

from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

LOST_IN_A_ROW = 200
WEIGHT_OF_A_GOOD_ONE = 50
"""One good heartbeat makes up for so many losses: a fleet that is nearly silent counts as silent."""

_MOST = 2 * LOST_IN_A_ROW


class MassLoss:
    """Decides from the polls of moments whether any terminal answers.

    Each terminal is polled once in an interval, and a poll without an answer takes its whole timeout: of a
    hundred thousand terminals it may take ten minutes until most are known to be lost. But the order of the
    polls has nothing to do with where the terminals are. When LOST_IN_A_ROW of them are lost and hardly any
    answers in between, the others are lost as well.

    `since` is when the first of these was asked, `lost_lately` how many there were, less what good
    heartbeats have made up for.
    """

    __slots__ = ("lost_lately", "since")

    def __init__(self) -> None:
        self.lost_lately = 0
        self.since = Instant(0.0, 0.0)

    @property
    def is_general(self) -> bool:
        """Whether no terminal seems to answer."""
        return self.lost_lately >= LOST_IN_A_ROW

    def lost(self, terminal: WatchedTerminal) -> None:
        """Count a terminal that was up and does not answer."""
        if not self.lost_lately:
            self.since = terminal.asked_at
        self.lost_lately = min(self.lost_lately + 1, _MOST)

    def broken(self) -> None:
        """Count a good heartbeat of any terminal."""
        self.lost_lately = max(self.lost_lately - WEIGHT_OF_A_GOOD_ONE, 0)
