"""`SOURCE:ID`: terminals of which a source reports. Its board is asked, not the terminal."""

import asyncio
from collections.abc import Callable, Mapping

from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.sources.board import SourceBoard
from monitor.ports.clock import Clock
from monitor.ports.collector import PollTarget

_NO_SOURCE = PollResult(Outcome.AWAITED, 0.0, detail="its source is not configured any more")


class SourceLookup:
    """Looks terminals up on the boards of their sources; a `HeartbeatClient`.

    While a reload takes a source away, nothing is said of its terminals.
    """

    def __init__(self, *, boards: Mapping[str, SourceBoard], clock: Clock) -> None:
        self._boards = boards
        self._clock = clock

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Look the terminal up; see `HeartbeatClient.begin`."""
        source, _, terminal = target.endpoint.partition(":")
        board = self._boards.get(source)
        result = board.look_up(terminal, self._clock.now()) if board is not None else _NO_SOURCE
        asyncio.get_running_loop().call_soon(done, result)

    def forget(self, target: PollTarget) -> None:
        """Keep nothing of a terminal: there is nothing."""
