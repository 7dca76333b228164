"""Ids that the inventory does not know, by the source that pushed them."""

import re
from collections import OrderedDict
from collections.abc import Sequence

from monitor.domain.events.decoding import could_be_card_number
from monitor.domain.events.sliding_window import SlidingWindow
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import TERMINAL_ID

MOST_SOURCES = 1_000

_DEFAULT_ID = re.compile(r"(.)\1*|0*1|0?123456789?0?", re.DOTALL)


def shown_id(written: str) -> str:
    """Return an unknown id in a form that is safe to show: a source can write anything."""
    if not written.strip():
        return "(empty)"
    if could_be_card_number(written):
        return "(a number)"
    if TERMINAL_ID.fullmatch(written.rstrip(" ")) is None:
        return "(garbled)"
    return f"{written} (default)" if _DEFAULT_ID.fullmatch(written) else written


class SourceWindow:
    """The unknown ids that one source gave: `ids` are marked with the id as it may be shown."""

    __slots__ = ("ids", "name", "now", "since")

    def __init__(self, name: str, now: Instant) -> None:
        self.name = name
        self.now = now
        self.since = now
        self.ids = SlidingWindow()

    def begin_evaluation(self, now: Instant) -> None:
        """Mark all ids that have come in by `now` as evaluated."""
        self.now = now
        self.ids.begin_evaluation()

    def distinct(self) -> tuple[str, ...]:
        """Return the ids, latest first."""
        return tuple(dict.fromkeys(shown for _, shown in reversed(self.ids.entries)))


class UnknownIds:
    """The sources that push under unknown ids; at most MOST_SOURCES are remembered."""

    def __init__(self) -> None:
        self.evicted = 0
        self._sources: OrderedDict[str, SourceWindow] = OrderedDict()

    def get(self, source: str) -> SourceWindow | None:
        """Return a source's window, None when nothing is remembered."""
        return self._sources.get(source)

    def window_of(self, source: str, now: Instant) -> SourceWindow:
        """Return a source's window, an empty one that begins now when nothing is remembered."""
        window = self._sources.get(source)
        if window is None:
            window = self._sources[source] = SourceWindow(source, now)
        return window

    def restore(self, source: str, shown: str, at: float, now: Instant) -> None:
        """Restore an id that a source gave at `at` (monotonic) in an earlier run, as it was shown then."""
        window = self._window_of(source, now)
        if shown not in window.distinct():
            window.ids.add(at, shown, at)
            window.ids.fresh.remove(at)

    def _window_of(self, source: str, now: Instant) -> SourceWindow:
        window = self._sources.get(source)
        if window is None:
            window = self._sources[source] = SourceWindow(source, now)
            if len(self._sources) > MOST_SOURCES:
                self._sources.popitem(last=False)
                self.evicted += 1
        self._sources.move_to_end(source)
        return window

    def add(self, source: str, terminal_id: str, now: Instant) -> SourceWindow:
        """File a push of a source under an unknown id."""
        window = self._window_of(source, now)
        window.now = now
        window.ids.begin_evaluation()
        shown = shown_id(terminal_id)
        # An id that is given again and again must not push the others out.
        window.ids.forget(shown)
        window.ids.add(now.monotonic, shown, now.monotonic)
        return window

    def forget_before(self, at: float) -> None:
        """Drop the ids that were given before `at`."""
        for source, window in [*self._sources.items()]:
            window.ids.forget_before(at)
            if not window.ids and window.since.monotonic < at:
                del self._sources[source]

    def distinct_within(self, window_s: float, now: Instant) -> Sequence[str]:
        """Return the different ids of all sources lately."""
        start = now.monotonic - window_s
        ids = (shown for window in self._sources.values() for _, shown in window.ids.since(start))
        return tuple(dict.fromkeys(ids))
