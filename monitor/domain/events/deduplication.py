"""Which events have been counted, so that each is counted once."""

from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from math import floor, inf

from monitor.domain.instant import time_of

_GENERATIONS = 5

EventName = tuple[str, str, int | None]
"""Terminal id, event id, and the whole unix seconds that the terminal gives as the event's time.

Ids begin again where a terminal loses its counter, and its clock may be set meanwhile: the time that it gives
an event stays. None is any time, of an event whose time was not kept.
"""


def event_name(terminal_id: str, document: object) -> EventName | None:
    """Return the name of an event as its terminal wrote it, None where only decoding can tell."""
    if type(document) is not dict:
        return None
    event_id, told = document.get("id"), time_of(document.get("at"))
    return (terminal_id, event_id, floor(told)) if told is not None and type(event_id) is str else None


def event_keys(names: Iterable[EventName]) -> Sequence[int]:
    """Return keys of events, by their names; they are valid in this process alone."""
    return array("q", map(hash, names))


class SeenEventIds:
    """Remembers the names of events for `span_s` seconds, as 64-bit hashes, at most `most` of them.

    They are kept in generations. With too many of them the oldest generation goes, and `evicted` grows.
    """

    def __init__(self, *, span_s: float, most: int) -> None:
        self.evicted = 0
        self._span_s = span_s
        self._turn_s = span_s / (_GENERATIONS - 1)
        self._most_each = max(1, most // (_GENERATIONS + 1))
        self._turned_at = -inf
        self._current: set[int] = set()
        self._earlier: deque[tuple[float, set[int]]] = deque()

    def __len__(self) -> int:
        return len(self._current) + sum(len(ids) for _, ids in self._earlier)

    def has(self, name: EventName) -> bool:
        """Return whether this event was added."""
        key = hash(name)
        if key in self._current:
            return True
        for _, ids in self._earlier:  # noqa: SIM110 - any() over a generator takes three times as long
            if key in ids:
                return True
        return False

    def add(self, name: EventName, now_s: float) -> None:
        """Remember an event; `now_s` is monotonic."""
        if now_s >= self._turned_at + self._turn_s or len(self._current) >= self._most_each:
            self._turn(now_s)
        self._current.add(hash(name))

    def add_all(self, keys: Sequence[int], now_s: float) -> None:
        """Remember events by their keys, in the order in which they are to be forgotten."""
        for start in range(0, len(keys), self._most_each):
            self._turn(now_s)
            self._current = set(keys[start : start + self._most_each])

    def _turn(self, now_s: float) -> None:
        self._turned_at = now_s
        if self._current:
            self._earlier.appendleft((now_s, self._current))
            self._current = set()
        while self._earlier and self._earlier[-1][0] + self._span_s <= now_s:
            self._earlier.pop()
        if len(self._earlier) > _GENERATIONS:
            self.evicted += len(self._earlier.pop()[1])
