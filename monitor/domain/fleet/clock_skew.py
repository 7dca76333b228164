"""Whose clock is wrong: a terminal's or ours."""

from collections import deque
from statistics import median

from monitor.domain.instant import Instant

ENOUGH = 3
"""So many terminals must agree before our own clock is doubted."""

AGREEMENT_S = 30.0
"""Clocks that differ by no more agree."""

_STEP_S = 1.0
_KEPT = 31
_OWN_KEPT = 4


class ClockReference:
    """What a terminal's clock is compared with.

    When most of the terminals last heard agree, it is with them: then it is our clock that is off.
    Otherwise it is with our own wall clock, and after that was set or corrected, with what it was
    before as well: a terminal that agrees with any of these is not to blame.

    Every clock is kept as its distance from our monotonic one, which nobody sets.
    """

    def __init__(self) -> None:
        self._offsets: dict[str, float] = {}
        self._own: deque[float] = deque(maxlen=_OWN_KEPT)
        self._agreed: float | None = None

    def correct(self, terminal_id: str, sent_at: float, now: Instant) -> float:
        """Take in a terminal's clock (unix seconds) and return how far it is ahead, in seconds."""
        self._note_own(now.wall - now.monotonic)
        offset = sent_at - now.monotonic
        self._offsets.pop(terminal_id, None)
        self._offsets[terminal_id] = offset
        if len(self._offsets) > _KEPT:
            del self._offsets[next(iter(self._offsets))]
        # What is agreed on is only counted out anew for those who do not agree.
        if self._agreed is None or abs(offset - self._agreed) > _STEP_S:
            self._agreed = self._find_agreed()
        if self._agreed is not None:
            return offset - self._agreed
        return min((offset - own for own in self._own), key=abs)

    def wall(self, now: Instant) -> float:
        """Return what time it is (unix seconds): by our clock, or by the fleet's where that is another."""
        if self._agreed is None:
            return now.wall
        agreed = self._agreed + now.monotonic
        return agreed if abs(agreed - now.wall) > AGREEMENT_S else now.wall

    def _note_own(self, offset: float) -> None:
        if self._own and abs(offset - self._own[-1]) <= _STEP_S:
            self._own[-1] = offset
            return
        # One of our two clocks has jumped, so what was heard before cannot be compared with what follows.
        self._own.append(offset)
        self._offsets.clear()
        self._agreed = None

    def _find_agreed(self) -> float | None:
        middle = median(self._offsets.values())
        agreeing = sum(abs(offset - middle) <= AGREEMENT_S for offset in self._offsets.values())
        return middle if agreeing >= ENOUGH and 2 * agreeing > len(self._offsets) else None
