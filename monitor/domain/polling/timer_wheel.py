"""Many things that fall due, one timer."""

from math import ceil
from typing import Generic, TypeVar

Item = TypeVar("Item")


class TimerWheel(Generic[Item]):
    """Items in slots of `tick_s` seconds; adding and taking out cost O(1), however many there are.

    An item comes out at the first `due` at or after its time, rounded up to a tick, never early.
    """

    def __init__(self, *, tick_s: float, start: float) -> None:
        self.tick_s = tick_s
        self._slots: dict[int, list[Item]] = {}
        self._next_tick = self._tick_of(start)

    def __len__(self) -> int:
        return sum(map(len, self._slots.values()))

    def add(self, item: Item, *, at: float) -> None:
        """Put `item` in for monotonic time `at`; an item of the past comes out at the next `due`."""
        tick = max(self._tick_of(at), self._next_tick)
        self._slots.setdefault(tick, []).append(item)

    def due(self, now: float) -> list[Item]:
        """Take out everything that is due at `now`, in slot order.

        Items added afterwards for a past time come out at the next call.
        """
        last_tick = int(now / self.tick_s)
        ticks = range(self._next_tick, last_tick + 1)
        self._next_tick = max(self._next_tick, last_tick + 1)
        # After a long stall there are more ticks than slots: walk whichever is fewer.
        passed = ticks if len(ticks) <= len(self._slots) else sorted(t for t in self._slots if t <= last_tick)
        return [item for tick in passed for item in self._slots.pop(tick, ())]

    def _tick_of(self, at: float) -> int:
        return ceil(at / self.tick_s)
