"""When posmon itself ran."""

from monitor.domain.availability.facts import Watch, second_of
from monitor.domain.instant import Instant

NOTED_EVERY_S = 60.0
"""A crash takes this much from the time that counts as watched."""

JUMP_S = 60.0
"""Clocks that go apart by more say that the machine slept, or that its clock was set."""


class WatchLog:
    """Notes that posmon runs, once in NOTED_EVERY_S, and the gaps in which it stood still."""

    def __init__(self) -> None:
        self._watch: Watch | None = None
        self._last: Instant | None = None
        self._noted_at = Instant(0.0, 0.0)
        self._unsaved: dict[int, Watch] = {}

    def runs(self, now: Instant, *, at_once: bool = False) -> None:
        """Note that posmon runs at `now`; what passed since the last call counts, if the clocks agree."""
        last, self._last = self._last, now
        if self._watch is None or last is None:
            self._begin(now)
        elif abs((now.wall - last.wall) - (now.monotonic - last.monotonic)) > JUMP_S:
            self._note(self._watch, last)
            self._begin(now)
        elif at_once or now.monotonic >= self._noted_at.monotonic + NOTED_EVERY_S:
            self._note(self._watch, now)

    def stalled(self, seconds: float, now: Instant) -> None:
        """Take the `seconds` before `now`, in which nothing was watched, out of the time that counts."""
        if self._watch is not None:
            self._note(self._watch, now.ago(seconds))
            self._begin(now)
        self._last = now

    def drain_unsaved(self) -> list[Watch]:
        """Return what has changed since the last call; it counts as saved."""
        drained, self._unsaved = [*self._unsaved.values()], {}
        return drained

    def _begin(self, now: Instant) -> None:
        began = second_of(now.wall)
        self._note(Watch(began=began, ended=began), now)

    def _note(self, watch: Watch, at: Instant) -> None:
        self._watch = Watch(began=watch.began, ended=max(watch.ended, second_of(at.wall)))
        self._noted_at = at
        self._unsaved[watch.began] = self._watch
