"""Judging windows over events: they open at a threshold and clear when they have emptied."""

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.events.sliding_window import Mark, SlidingWindow
from monitor.domain.events.terminal_history import Kind
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

Judge = Callable[[Any, Any, bool], Verdict]


def lasting(watched: WatchedTerminal, marks: SlidingWindow, window_s: float) -> Verdict:
    """Judge an open alert: present until no mark of the kind has come in for `window_s`.

    Unknown while the terminal does not answer, or is watched for less than `window_s`: marks may be missing.
    """
    now = watched.events.now.monotonic if watched.events else -inf
    if marks.last_received + window_s > now:
        return PRESENT
    is_known = not watched.is_down and watched.watched_since.monotonic + window_s <= now
    return ABSENT if is_known else UNKNOWN


def counts(kind: Kind) -> Judge:
    """Return a judge: present when `limits.count` marks of a kind are within `limits.window_s`."""

    def judge(watched: WatchedTerminal, limits: Any, is_open: bool) -> Verdict:  # noqa: ANN401 - as in Detector
        if watched.events is None:
            return UNKNOWN
        marks = watched.events.marks(kind)
        if is_open:
            return lasting(watched, marks, limits.window_s)
        if not 0 < limits.count <= len(marks):
            return ABSENT
        window = marks.first_met(limits.window_s, lambda window: len(window) >= limits.count)
        return PRESENT if window else ABSENT

    return judge


def latest(marks: SlidingWindow, window_s: float) -> Sequence[Mark]:
    """Return the window that ends with the latest mark."""
    return marks.within(window_s, marks.entries[-1][0]) if marks else ()


def first_mark(kind: Kind) -> Callable[[WatchedTerminal, Any], Instant]:
    """Return a function for `Detector.began`: a window of such marks began with its first mark."""

    def began(watched: WatchedTerminal, limits: Any) -> Instant:  # noqa: ANN401 - as in Detector
        history = watched.events
        if history is None:
            return watched.watched_since
        marks = history.marks(kind)
        met = marks.first_met(limits.window_s, lambda window: len(window) >= limits.count)
        return moment_of(met or latest(marks, limits.window_s), history.now)

    return began


def moment_of(window: Sequence[Mark], now: Instant) -> Instant:
    """Return the moment of a window's first mark, no later than now."""
    return now.ago(max(0.0, now.monotonic - window[0][0])) if window else now
