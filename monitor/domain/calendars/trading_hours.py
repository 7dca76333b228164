"""When a shop is open by its own clock and calendar, and when its terminals may be off."""

from datetime import date, tzinfo
from functools import partial
from itertools import chain
from math import inf

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.local_spans import HORIZON_S, LocalSpans
from monitor.domain.calendars.opening_hours import OpeningHours

MARGIN_S = 15 * 60.0
"""Shops close a little early, and a terminal takes a while to be on again after opening."""

BEFORE_CLOSING_S = 60 * 60.0
"""Who tidies up before closing switches terminals off so early at most."""


class TradingHours:
    """The opening hours of shops in one zone, by one calendar, as moments (unix seconds).

    A terminal is expected to be off from MARGIN_S before its shop closes until MARGIN_S after it opens again,
    if it went off no more than BEFORE_CLOSING_S before closing.
    """

    __slots__ = (
        "_is_always_open",
        "_narrow",
        "_open",
        "_periods",
        "_since",
        "_spans_on",
        "_turn",
        "hours",
        "zone",
    )

    def __init__(self, hours: OpeningHours, zone: tzinfo, calendar: Calendar | None = None) -> None:
        self.hours = hours
        self.zone = zone
        spans_on = hours.on if calendar is None else partial(calendar.on, hours=hours)
        self._is_always_open = calendar is None and hours.is_around_the_clock
        self._spans_on = spans_on
        self._open = LocalSpans(spans_on, zone)
        # Where clocks show the time of closing twice, terminals may be off from the first on.
        self._narrow = LocalSpans(spans_on, zone, is_narrow=True)
        self._periods: tuple[tuple[float, float], ...] = ()
        self._since = -inf
        self._turn = inf if self._is_always_open else -inf

    def opens_on(self, day: date) -> bool:
        """Tell whether the shop opens on a day of its calendar."""
        return self._is_always_open or bool(self._spans_on(day))

    def is_open(self, wall: float, *, grace_s: float = 0.0) -> bool:
        """Tell whether the shop is open at a moment, or was or will be within the grace."""
        if self._is_always_open:
            return True
        stretch = self._open.at(wall)
        return stretch.is_inside or wall < stretch.begin + grace_s or wall >= stretch.end - grace_s

    def next_change(self, wall: float) -> float:
        """Return when the shop closes, or opens, next; inf where it does neither within a year."""
        return inf if self._is_always_open else self._open.at(wall).end

    def expected_off(self, since_wall: float, now_wall: float) -> float | None:
        """Return until when a terminal is expected to be off that is off since then; None when it is not.

        Of a shop that does not open within a year, that is far in the future.
        """
        if not self._since <= now_wall < self._turn:
            self._look(now_wall)
        until = None
        for closing, opening in self._periods:
            if since_wall >= closing - BEFORE_CLOSING_S:
                until = opening + MARGIN_S
        return until

    def next_turn(self, now_wall: float) -> float:
        """Return when `expected_off` next answers otherwise for some beginning."""
        if not self._since <= now_wall < self._turn:
            self._look(now_wall)
        return self._turn

    def _look(self, now: float) -> None:
        """Find the closed periods that cover a moment with their margins: two where one opening is short."""
        periods: list[tuple[float, float]] = []
        turns = [-inf, inf]
        closing = -inf
        never = (now + HORIZON_S, inf)
        for opening, end in chain(self._narrow.around(now, MARGIN_S), (never,)):
            turns += (closing - MARGIN_S, opening + MARGIN_S)
            if closing - MARGIN_S > now:
                break
            if now < opening + MARGIN_S:
                periods.append((closing, opening))
            closing = end
        self._periods = tuple(periods)
        self._since = max(turn for turn in turns if turn <= now)
        self._turn = min(turn for turn in turns if turn > now)
