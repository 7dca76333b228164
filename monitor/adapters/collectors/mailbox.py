"""`push:`: terminals that report by themselves. posmon asks the mailbox whether they have."""

import asyncio
from collections.abc import Callable

from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.clock import Clock
from monitor.ports.collector import PollTarget

SILENT_AFTER = 3
"""Intervals without a heartbeat after which a terminal that pushes is silent."""


class Mailbox:
    """Remembers when each terminal last pushed a heartbeat; a `HeartbeatClient` for `push:`.

    A terminal that pushes is asked for at its interval, like one that is polled, so silence is a failed poll
    and leads to the same alerts. Before its first push in this run it has SILENT_AFTER intervals.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._arrived: dict[str, float] = {}
        self._asked_since: dict[str, float] = {}

    def file(self, terminal_id: str) -> None:
        """Note that a terminal has pushed a heartbeat now."""
        self._arrived[terminal_id] = self._clock.monotonic()

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Look whether the terminal has pushed in time; see `HeartbeatClient.begin`."""
        asyncio.get_running_loop().call_soon(done, self._look_up(target))

    def forget(self, target: PollTarget) -> None:
        """Forget the terminal."""
        self._arrived.pop(target.terminal_id, None)
        self._asked_since.pop(target.terminal_id, None)

    def _look_up(self, target: PollTarget) -> PollResult:
        now = self._clock.monotonic()
        patience_s = SILENT_AFTER * target.cadence.interval_s
        arrived = self._arrived.get(target.terminal_id)
        if arrived is not None:
            age_s = now - arrived
            if age_s <= patience_s:
                return PollResult(Outcome.OK, 0.0, age_s=age_s)
        else:
            age_s = now - self._asked_since.setdefault(target.terminal_id, now)
            if age_s <= patience_s:
                return PollResult(Outcome.AWAITED, 0.0)
        return PollResult(
            Outcome.SILENT,
            0.0,
            detail=f"no heartbeat for {age_s:.0f} s, one is expected every {target.cadence.interval_s:g} s",
        )
