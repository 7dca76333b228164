"""What callers cause, told sparingly: nobody may fill the log from outside."""

from collections import Counter
from collections.abc import Callable
from math import inf

import structlog

EVERY_S = 60.0

log = structlog.get_logger()


class ThrottledLog:
    """Logs an event when it happens, then once in EVERY_S at most, with how many `times` it did since.

    `now` tells monotonic seconds.
    """

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._untold: Counter[str] = Counter()
        self._due: dict[str, float] = {}

    def tell(self, event: str, **fields: object) -> None:
        """Take note of an event; `fields` are of the last one."""
        self._untold[event] += 1
        now = self._now()
        if now >= self._due.get(event, -inf):
            log.info(event, times=self._untold.pop(event), **fields)
            self._due[event] = now + EVERY_S
