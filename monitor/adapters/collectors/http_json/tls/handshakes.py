"""Handshakes take turns, so that a thousand of them at once delay no other poll."""

import asyncio
from collections import deque
from typing import Protocol

from monitor.ports.clock import Clock

SLICE_S = 0.005
"""So long handshakes may keep the event loop before everybody else has a turn of the same length."""
MOST_BEHIND_S = 0.25
"""A step that has waited longer for its turn means that no more handshakes should be begun."""


class Handshake(Protocol):
    """A handshake in progress."""

    def step(self) -> None:
        """Do what the bytes that have come allow; nothing is raised."""
        ...


class HandshakeQueue:
    """Runs the steps of all handshakes in the order in which they became possible.

    A step is half a millisecond of arithmetic, a hundred times what a poll costs otherwise. When every kept
    connection was lost at once, steps in a row would stop the event loop for seconds. So after SLICE_S of
    them comes a pause as long as they took: handshakes have at most half of the time. A handshake that waits
    for its peer is not in the queue and takes no turn.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._waiting: deque[tuple[float, Handshake]] = deque()
        self._runs = False

    def add(self, handshake: Handshake) -> None:
        """Let `handshake` take a step when its turn comes, never before this returns."""
        self._waiting.append((self._clock.monotonic(), handshake))
        if not self._runs:
            self._runs = True
            self._loop.call_soon(self._run)

    def is_behind(self) -> bool:
        """Whether steps wait for so long that it is better to begin no more handshakes."""
        return bool(self._waiting) and self._clock.monotonic() - self._waiting[0][0] > MOST_BEHIND_S

    def _run(self) -> None:
        started = self._clock.monotonic()
        taken_s = 0.0
        try:
            while self._waiting and taken_s < SLICE_S:
                _, handshake = self._waiting.popleft()
                handshake.step()
                taken_s = self._clock.monotonic() - started
        finally:
            self._runs = bool(self._waiting)
            if self._runs:
                self._loop.call_later(taken_s, self._run)
