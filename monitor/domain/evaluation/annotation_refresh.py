"""Keeping the words of firing alerts true while nothing about the alerts moves."""

from collections import deque
from collections.abc import Callable, Mapping
from math import inf

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.instant import Instant

EVERY_S = 60.0
"""An alert's words are looked at no more often than this."""

MOST_AT_ONCE = 50
"""So many alerts are looked at in one tick, so that an outage of the fleet holds nobody up."""


class AnnotationRefresh:
    """Goes round the firing alerts, a few per tick, and gives them their present words.

    `words(alert, now)` returns an alert's annotations as they would be written now, None to leave them.
    A round begins `EVERY_S` after the one before at the earliest, and not before that is done. Labels
    and state are not touched: no transition comes of it. Receivers hear the new words when the alert is
    next sent.
    """

    def __init__(
        self, *, book: AlertBook, words: Callable[[Alert, Instant], Mapping[str, str] | None]
    ) -> None:
        self._book = book
        self._words = words
        self._waiting: deque[tuple[str, str]] = deque()
        self._began_s = -inf

    def tick(self, now: Instant) -> None:
        """Look at the next few alerts of the round, or begin one when it is time."""
        if not self._waiting and now.monotonic >= self._began_s + EVERY_S:
            self._began_s = now.monotonic
            self._waiting.extend(alert.key for alert in self._book if alert.state is AlertState.FIRING)
        for _ in range(min(MOST_AT_ONCE, len(self._waiting))):
            alert = self._book.find(*self._waiting.popleft())
            if alert is not None and alert.state is AlertState.FIRING:
                self._renew(alert, now)

    def _renew(self, alert: Alert, now: Instant) -> None:
        # What is about to resolve keeps its words: what it was about is no longer there to be described.
        words = None if alert.absent_since else self._words(alert, now)
        if words is not None and words != alert.annotations:
            alert.annotations = dict(words)
