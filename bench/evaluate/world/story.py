"""The course of events in faked time: an agenda, and where what is said goes."""

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from random import Random
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome

DAY_S, HOUR_S, MINUTE_S = 86_400.0, 3_600.0, 60.0
ZONE = "Asia/Shanghai"
START_WALL = datetime(2026, 11, 2, tzinfo=ZoneInfo(ZONE)).timestamp()
"""A Monday, at midnight where the shops are."""

Act = Callable[[], None]


class Wire(Protocol):
    """What reaches posmon."""

    def answered(self, terminal_id: str, body: bytes, at: float) -> None:
        """Bring the answer to a poll."""

    def failed(self, terminal_id: str, outcome: Outcome, detail: str, at: float) -> None:
        """Let a poll fail."""

    def pushed_events(
        self, source: str, terminal_id: str, documents: Sequence[dict[str, object]], at: float
    ) -> None:
        """Bring events that somebody pushes for a terminal."""

    def pushed_heartbeat(self, source: str, body: bytes, at: float) -> None:
        """Bring a heartbeat that somebody pushes."""

    def inventory_changed(self, row: Terminal, at: float) -> None:
        """Let an operator correct a row of the inventory."""

    def passes(self, at: float) -> None:
        """Let posmon see what time it is."""


class Story:
    """One seed's agenda: acts by their time, in seconds since the start."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = 0.0
        self._agenda: list[tuple[float, int, Act]] = []
        self._order = count()

    def at(self, when: float, act: Act) -> None:
        """Let something happen, now if `when` has passed."""
        heapq.heappush(self._agenda, (max(when, self.now), next(self._order), act))

    def play(self, until: float) -> None:
        """Let everything happen up to a time."""
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, act = heapq.heappop(self._agenda)
            act()
        self.now = until
