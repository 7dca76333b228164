"""Wrong PINs by card, over all terminals."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from monitor.domain.events.activity import CardActivity
from monitor.domain.events.card_hash import LABEL_DIGITS
from monitor.domain.events.sliding_window import Mark, SlidingWindow
from monitor.domain.instant import Instant

MOST_CARDS = 100_000
DAY_S = 24 * 3600.0
OCCASION_S = 1800.0
"""Tries so far from each other are of two visits."""

_NO_PLACES: Mapping[str, str] = MappingProxyType({})


class CardWindow:
    """The wrong PINs of one card: `wrong_pins` are marked with the terminal's id.

    `name` is how alerts name the card; `now` when it was last evaluated, `since` since when posmon remembers
    it. `attack_share` is how sure (0-1) the last diagnosis was that somebody guesses its PIN, 0 where too
    little is known. `places` names the site of each terminal.
    """

    __slots__ = ("_places", "attack_share", "name", "now", "since", "wrong_pins")

    def __init__(self, name: str, now: Instant, places: Mapping[str, str] = _NO_PLACES) -> None:
        self._places = places
        self.attack_share = 0.0
        self.name = name
        self.now = now
        self.since = now
        self.wrong_pins = SlidingWindow()

    def begin_evaluation(self, now: Instant) -> None:
        """Mark all wrong PINs that have come in by `now` as evaluated."""
        self.now = now
        self.wrong_pins.begin_evaluation()

    def place_of(self, terminal_id: object) -> str:
        """Return the site of a terminal; one without a site is a place of its own."""
        terminal = str(terminal_id)
        return self._places.get(terminal) or f"/{terminal}"

    def of_day(self) -> Sequence[Mark]:
        """Return the wrong PINs of the day up to the last one."""
        marks = self.wrong_pins
        return marks.within(DAY_S, marks.entries[-1][0]) if marks.entries else ()

    def activity(self) -> CardActivity:
        """Return the card's activity in the day up to its last wrong PIN."""
        entries = self.of_day()
        if not entries:
            return CardActivity()
        return CardActivity(
            tries=len(entries),
            occasions=1 + sum(at - before >= OCCASION_S for (before, _), (at, _) in pairwise(entries)),
            terminals=tuple(dict.fromkeys(terminal_id for _, terminal_id in entries)),
            span_s=entries[-1][0] - entries[0][0],
        )


class CardWindows:
    """The cards with a wrong PIN in the last days, by the first digits of their hash.

    At most MOST_CARDS: then the one whose last wrong PIN is longest ago goes, and `evicted` grows.
    """

    def __init__(self, *, most: int = MOST_CARDS) -> None:
        self.evicted = 0
        self._most = most
        self._windows: OrderedDict[str, CardWindow] = OrderedDict()
        self._places: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._windows)

    def __contains__(self, card: object) -> bool:
        return isinstance(card, str) and card[:LABEL_DIGITS] in self._windows

    def __iter__(self) -> Iterator[CardWindow]:
        """Iterate over the cards, the one longest silent first."""
        return iter(self._windows.values())

    def get(self, label: str) -> CardWindow | None:
        """Return a card's window by its label, None when nothing is remembered."""
        return self._windows.get(label)

    def window_of(self, label: str, now: Instant) -> CardWindow:
        """Return a card's window, an empty one that begins now when nothing is remembered."""
        window = self._windows.get(label)
        if window is None:
            window = self._windows[label] = CardWindow(label, now, self._places)
        return window

    def add(self, card: str, at: float, terminal_id: str, now: Instant, *, site: str = "") -> CardWindow:
        """File a wrong PIN of a card, given by its hash, at a terminal of a site."""
        self._places[terminal_id] = site
        label = card[:LABEL_DIGITS]
        window = self._windows.get(label)
        if window is None:
            window = self._windows[label] = CardWindow(label, now, self._places)
            if len(self._windows) > self._most:
                self._windows.popitem(last=False)
                self.evicted += 1
        else:
            self._windows.move_to_end(label)
        window.now = now
        window.wrong_pins.add(at, terminal_id, now.monotonic)
        return window

    def forget_before(self, at: float) -> None:
        """Drop the cards whose last wrong PIN came in before `at` (monotonic)."""
        while self._windows:
            label, window = next(iter(self._windows.items()))
            if max(window.wrong_pins.last_received, window.since.monotonic) >= at:
                return
            del self._windows[label]
