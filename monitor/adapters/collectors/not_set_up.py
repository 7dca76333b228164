"""Terminals that cannot be asked for want of a setting, which each poll names."""

import asyncio
from collections.abc import Callable

from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget


class NotSetUp:
    """Refuses every poll for want of `setting`, such as "polling.nexo"; a `HeartbeatClient`."""

    def __init__(self, setting: str) -> None:
        self._result = PollResult(Outcome.REFUSED, 0.0, detail=f"posmon does not ask it without {setting}")

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Refuse; see `HeartbeatClient.begin`."""
        handle = asyncio.get_running_loop().call_soon(done, self._result)
        target.memory = handle

    def forget(self, target: PollTarget) -> None:
        """Drop a refusal that is under way."""
        handle: asyncio.Handle | None = target.memory
        if handle is not None:
            handle.cancel()
