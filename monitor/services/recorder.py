"""Records finished polls, in batches and beside the polling."""

import asyncio
from collections.abc import Callable

from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import PollResult
from monitor.domain.recording.progress import RecordingProgress
from monitor.domain.recording.recorded_poll import NotedPoll, noted
from monitor.ports.clock import Clock
from monitor.ports.recording import Recording

BLOCK = 32_768
"""A block has no more polls than this."""

MOST_WAITING = 4 * BLOCK
"""So many polls wait for a slow disk; those that come then are lost."""

LOOK_S = 0.5

Accept = Callable[[WatchedTerminal, PollResult, Instant], None]


class Recorder:
    """Keeps polls in memory for `flush_s` at most and has a thread write them; never delays a poll for it.

    `recorded` and `lost` count polls: written, and given up for a disk that fails or is too slow.
    """

    def __init__(self, *, recording: Recording, clock: Clock, flush_s: float) -> None:
        self._recording = recording
        self._clock = clock
        self._flush_s = flush_s
        self._waiting: list[NotedPoll] = []
        self.recorded = 0
        self.lost = 0

    def progress(self) -> RecordingProgress:
        """Return how the recording gets on."""
        recording = self._recording
        return RecordingProgress(self.recorded, self.lost, recording.written_bytes, bool(recording.fault))

    def beside(self, accept: Accept) -> Accept:
        """Return `accept` that also notes each poll; before, for the evaluation takes the reading over."""

        def noting(watched: WatchedTerminal, result: PollResult, now: Instant) -> None:
            self.note(watched.terminal.terminal_id, result, now)
            accept(watched, result, now)

        return noting

    def note(self, terminal_id: str, result: PollResult, now: Instant) -> None:
        """Note a finished poll."""
        if len(self._waiting) >= MOST_WAITING:
            self.lost += 1
            return
        self._waiting.append(noted(terminal_id, result, now))

    async def run(self) -> None:
        """Write what waits, until cancelled."""
        while True:
            await self._clock.sleep(LOOK_S)
            now_s = self._clock.monotonic()
            waiting = self._waiting
            if waiting and (len(waiting) >= BLOCK or now_s - waiting[0].now.monotonic >= self._flush_s):
                await self.write()

    async def write(self) -> None:
        """Write all that waits now."""
        for _ in range(-(-len(self._waiting) // BLOCK)):
            polls, self._waiting = self._waiting[:BLOCK], self._waiting[BLOCK:]
            if await asyncio.to_thread(self._recording.write, polls):
                self.recorded += len(polls)
            else:
                self.lost += len(polls)
