"""Plain counts of posmon's own work, read by the exposition. Updating one costs next to nothing."""

from bisect import bisect_left
from collections import Counter
from enum import StrEnum
from math import inf

from monitor.domain.polling.poll_result import Outcome, PollResult

DURATION_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LATENESS_BUCKETS_S = (
    *(0.001, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075),
    *(0.1, 0.15, 0.2, 0.5, 1.0, 2.5, 5.0),
)
"""Finest where polls that are on time are: the schedule moves in steps of 20 ms."""


class SkipReason(StrEnum):
    """Why a poll that was due was not made."""

    STILL_RUNNING = "still_running"
    LATE = "late"
    SHED = "shed"


class Histogram:
    """Counts by upper bound, in seconds; `counts` has one more place than `bounds`, for the rest."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class PollStatistics:
    """Counts all polls since the start by their outcome.

    `last_finished` is when a poll last finished, or nothing was left to poll (monotonic seconds).
    """

    def __init__(self) -> None:
        self.last_finished = -inf
        self.results: Counter[Outcome] = Counter()
        self.skipped: Counter[SkipReason] = Counter()
        self.duration = Histogram(DURATION_BUCKETS_S)
        self.lateness = Histogram(LATENESS_BUCKETS_S)

    def count(self, result: PollResult) -> None:
        """Count one finished poll."""
        self.results[result.outcome] += 1
        self.duration.observe(result.duration_s)
