"""`SOURCE:ID`: terminals of which a source reports. Its board is asked, not the terminal."""

import asyncio
from collections.abc import Callable, Mapping

from monitor.domain.polling.poll_result import PollResult
from monitor.domain.sources.board import SourceBoard
from monitor.ports.clock import Clock
from monitor.ports.collector import PollTarget


class SourceLookup:
    """Looks terminals up on the boards of their sources; a `HeartbeatClient`."""

    def __init__(self, *, boards: Mapping[str, SourceBoard], clock: Clock) -> None:
        self._boards = boards
        self._clock = clock

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Look the terminal up; see `HeartbeatClient.begin`."""
        source, _, terminal = target.endpoint.partition(":")
        result = self._boards[source].look_up(terminal, self._clock.now())
        asyncio.get_running_loop().call_soon(done, result)

    def forget(self, target: PollTarget) -> None:
        """Keep nothing of a terminal: there is nothing."""
