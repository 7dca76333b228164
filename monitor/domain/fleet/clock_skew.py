"""Whose clock is wrong: a terminal's or posmon's."""

from collections import deque
from statistics import median

from monitor.domain.instant import Instant

ENOUGH = 12
ENOUGH_PLACES = 3
MOST = 2 / 3
"""So many terminals, in so many places, and so large a share of those heard last, must agree before posmon
doubts its own clock: a shop set up by one person, or a few devices of one batch, err together."""

AGREEMENT_S = 30.0
"""Clocks that differ by no more agree."""

ZONE_SLACK_S = 90.0
"""So far a clock that shows the time of another zone may be off besides."""

_QUARTER_S = 900
_ZONES_WITH_QUARTERS = (5.75, 8.75, 12.75)
_FARTHEST_ZONE = 14.0
_STEP_S = 1.0
_KEPT = 31
_OWN_KEPT = 4


def zone_offset(seconds: float) -> float | None:
    """Return the offset of a time zone in hours that a difference amounts to, None when it is none.

    Zones lie whole or half hours apart from UTC, up to 14 hours, and a few three quarters of an hour
    (IANA time zone database).
    """
    quarters = round(abs(seconds) / _QUARTER_S)
    hours = quarters / 4
    is_zone = hours % 0.5 == 0 or hours in _ZONES_WITH_QUARTERS
    if (
        not is_zone
        or not 1 <= hours <= _FARTHEST_ZONE
        or abs(abs(seconds) - quarters * _QUARTER_S) > ZONE_SLACK_S
    ):
        return None
    return hours if seconds > 0 else -hours


class ClockReference:
    """The time that a terminal's clock is compared with.

    That is posmon's own wall clock, and after it was set or corrected, what it was before as well: a terminal
    that agrees with any of these is not to blame. Only when most of many terminals in several places agree
    with each other against it is posmon's clock the one that is off. A difference that amounts to a time zone
    is no reason: a whole fleet may send local time as UTC.

    Every clock is kept as its distance from posmon's monotonic one, which cannot be set.
    """

    def __init__(self) -> None:
        self._offsets: dict[str, tuple[float, str]] = {}
        self._own: deque[float] = deque(maxlen=_OWN_KEPT)
        self._agreed: float | None = None

    def correct(self, terminal_id: str, sent_at: float, now: Instant, *, place: str = "") -> float:
        """Note a terminal's clock (unix seconds); return how many seconds it is ahead.

        `place` is where it stands; terminals without one stand in a place of their own.
        """
        self._note_own(now.wall - now.monotonic)
        offset = sent_at - now.monotonic
        self._offsets.pop(terminal_id, None)
        self._offsets[terminal_id] = offset, place or terminal_id
        if len(self._offsets) > _KEPT:
            del self._offsets[next(iter(self._offsets))]
        # What is agreed on is only counted out anew for those who do not agree.
        if self._agreed is None or abs(offset - self._agreed) > _STEP_S:
            self._agreed = self._find_agreed()
        if self._agreed is not None:
            return offset - self._agreed
        return min((offset - own for own in self._own), key=abs)

    def ahead_s(self, now: Instant) -> float:
        """Return how far posmon's clock is ahead of the fleet's, 0.0 while nothing speaks against it."""
        if self._agreed is None:
            return 0.0
        ahead_s = now.wall - now.monotonic - self._agreed
        return ahead_s if abs(ahead_s) > AGREEMENT_S else 0.0

    def wall(self, now: Instant) -> float:
        """Return what time it is (unix seconds): by posmon's clock, or the fleet's where that is another."""
        return now.wall - self.ahead_s(now)

    def _note_own(self, offset: float) -> None:
        if self._own and abs(offset - self._own[-1]) <= _STEP_S:
            self._own[-1] = offset
            return
        # One of posmon's two clocks has jumped: what was heard before cannot be compared with what follows.
        self._own.append(offset)
        self._offsets.clear()
        self._agreed = None

    def _find_agreed(self) -> float | None:
        if len(self._offsets) < ENOUGH:
            return None
        middle = median(offset for offset, _ in self._offsets.values())
        places = [place for offset, place in self._offsets.values() if abs(offset - middle) <= AGREEMENT_S]
        is_most = len(places) >= ENOUGH and len(places) > MOST * len(self._offsets)
        if not is_most or len(set(places)) < ENOUGH_PLACES:
            return None
        return None if zone_offset(middle - self._own[-1]) is not None else middle
