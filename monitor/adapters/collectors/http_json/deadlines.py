"""Deadlines by the thousand, without a timer for each."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from monitor.ports.clock import Clock

GRANULARITY_S = 0.05
AT_ONCE = 20
"""So many expire in a turn of the event loop: a thousand that were begun together time out together."""

Item = TypeVar("Item", bound=Hashable)


class Deadlines(Generic[Item]):
    """Calls `expire` with each item whose deadline has passed, at most GRANULARITY_S late unless many have.

    Nearly every item is discarded before its deadline, so adding and discarding must cost next to
    nothing: items with deadlines in the same slice of time share a set, and one timer sweeps the sets.
    The timer runs only while there is something to sweep.
    """

    def __init__(self, *, clock: Clock, expire: Callable[[Item], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._expire = expire
        self._slices: dict[int, set[Item]] = {}
        self._passed: deque[Item] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __iter__(self) -> Iterator[Item]:
        """Iterate over the items that are watched."""
        return chain(self._passed, chain.from_iterable(self._slices.values()))

    def add(self, item: Item, at: float) -> set[Item]:
        """Watch `item` until monotonic second `at`; to stop, discard it from the set returned."""
        number = int(at / GRANULARITY_S) + 1
        slice_ = self._slices.get(number)
        if slice_ is None:
            slice_ = self._slices[number] = set()
        slice_.add(item)
        if self._timer is None:
            self._arm()
        return slice_

    def close(self) -> None:
        """Forget everything."""
        self._slices.clear()
        self._passed.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        now = self._clock.monotonic()
        self._timer = self._loop.call_later(GRANULARITY_S - now % GRANULARITY_S, self._sweep)

    def _sweep(self) -> None:
        present = self._clock.monotonic() / GRANULARITY_S
        due = sorted(number for number in self._slices if number <= present)
        is_at_it = bool(self._passed)
        for number in due:
            self._passed += self._slices.pop(number)
        if not is_at_it:
            self._expire_some()
        self._timer = None
        if self._slices:
            self._arm()

    def _expire_some(self) -> None:
        for _ in range(min(len(self._passed), AT_ONCE)):
            # Each in a callback of its own: one that raises must not save the others.
            self._loop.call_soon(self._expire, self._passed.popleft())
        if self._passed:
            self._loop.call_soon(self._expire_some)
