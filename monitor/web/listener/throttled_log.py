"""A log for events that peers cause: nobody may fill it from outside."""

from collections import Counter
from collections.abc import Callable
from math import inf

import structlog

EVERY_S = 60.0

log = structlog.get_logger()


class ThrottledLog:
    """Logs an event when it happens, then once in EVERY_S at most, with how many `times` it did since.

    `now` returns monotonic seconds.
    """

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._unlogged: Counter[str] = Counter()
        self._due: dict[str, float] = {}

    def log(self, event: str, **fields: object) -> None:
        """Count an event, and log it unless that was done lately; `fields` are of the last one."""
        self._unlogged[event] += 1
        now = self._now()
        if now >= self._due.get(event, -inf):
            log.info(event, times=self._unlogged.pop(event), **fields)
            self._due[event] = now + EVERY_S
