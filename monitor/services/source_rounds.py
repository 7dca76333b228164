"""Asks each source for its terminals at its interval."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from math import isinf

import structlog

from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import RoundResult, TerminalReport
from monitor.ports.clock import Clock
from monitor.ports.terminal_source import TerminalSource

log = structlog.get_logger()


class SourceRounds:
    """Keeps the board of every source up to date: one task a source, one round at a time.

    Sources come and go by `begin` and `end`, before `run` as well.
    A source that asks for a pause gets it. One that fails is asked again at its next interval, also one that
    raises: what it sends costs no other source anything. The log says when a source begins to fail and when
    it answers again. `compare` is called after each good round.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        compare: Callable[[SourceBoard], Awaitable[None]],
    ) -> None:
        self._clock = clock
        self._sources: dict[str, tuple[TerminalSource, SourceBoard]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._compare = compare

    async def run(self) -> None:
        """Ask until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for name in self._sources:
                self._tasks[name] = group.create_task(self._keep_asking(*self._sources[name]))
            # A service ends by cancellation only, without any source too.
            await asyncio.get_running_loop().create_future()

    def begin(self, source: TerminalSource, board: SourceBoard) -> None:
        """Ask a source from now on, or from when `run` begins; one of that name must have ended."""
        self._sources[board.name] = source, board
        if self._group is not None:
            self._tasks[board.name] = self._group.create_task(self._keep_asking(source, board))

    async def end(self, name: str) -> None:
        """Ask a source no more; a round under way is broken off. One that is not asked is none."""
        self._sources.pop(name, None)
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _keep_asking(self, source: TerminalSource, board: SourceBoard) -> None:
        while True:
            began = self._clock.monotonic()
            pause_s = await self.ask_once(source, board)
            if board.is_reachable:
                await self._compare_with_inventory(board)
            if isinf(pause_s):
                log.error("source.given_up", source=board.name, detail=board.detail)
                return
            took_s = self._clock.monotonic() - began
            await self._clock.sleep(max(board.interval_s - took_s, pause_s, 0.0))

    async def _compare_with_inventory(self, board: SourceBoard) -> None:
        try:
            await self._compare(board)
        except Exception:  # what one source lists must not end the others
            log.exception("source.not_compared", source=board.name)

    async def ask_once(self, source: TerminalSource, board: SourceBoard) -> float:
        """Ask a source for all its terminals; return for how many seconds it wants to be left alone."""
        before = board.last_result
        board.begin_round(self._clock.now())

        def deliver(reports: Sequence[TerminalReport]) -> None:
            board.file(reports, self._clock.now())

        try:
            result = await source.ask(deliver)
        except Exception:  # a source that breaks its promise must not end the others
            log.exception("source.broken", source=board.name)
            result = RoundResult(Outcome.PROTOCOL, "its answer could not be read: see source.broken")
        board.end_round(result, self._clock.now())
        _log_change(board, before, result)
        return result.pause_s


def _log_change(board: SourceBoard, before: RoundResult | None, now: RoundResult) -> None:
    if before is not None and before.is_good is now.is_good:
        return
    if now.is_good:
        log.info("source.answers", source=board.name, kind=board.kind, terminals=len(board))
    else:
        log.warning("source.failed", source=board.name, result=str(now.result), detail=now.detail)
