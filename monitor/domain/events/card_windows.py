"""Wrong PINs by card, over all terminals."""

from collections import OrderedDict
from collections.abc import Iterator

from monitor.domain.events.activity import CardActivity
from monitor.domain.events.card_hash import LABEL_DIGITS
from monitor.domain.events.sliding_window import SlidingWindow
from monitor.domain.instant import Instant

MOST_CARDS = 100_000
DAY_S = 24 * 3600.0


class CardWindow:
    """The wrong PINs of one card: `wrong_pins` are marked with the terminal's id.

    `name` is how alerts name the card; `now` when it was last evaluated, `since` since when posmon remembers
    it.
    """

    __slots__ = ("name", "now", "since", "wrong_pins")

    def __init__(self, name: str, now: Instant) -> None:
        self.name = name
        self.now = now
        self.since = now
        self.wrong_pins = SlidingWindow()

    def begin_evaluation(self, now: Instant) -> None:
        """Mark all wrong PINs that have come in by `now` as evaluated."""
        self.now = now
        self.wrong_pins.begin_evaluation()

    def activity(self) -> CardActivity:
        """Return the card's activity in the day up to its last wrong PIN."""
        if not self.wrong_pins.entries:
            return CardActivity()
        entries = self.wrong_pins.within(DAY_S, self.wrong_pins.entries[-1][0])
        return CardActivity(
            tries=len(entries),
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
            window = self._windows[label] = CardWindow(label, now)
        return window

    def add(self, card: str, at: float, terminal_id: str, now: Instant) -> CardWindow:
        """File a wrong PIN of a card, given by its hash."""
        label = card[:LABEL_DIGITS]
        window = self._windows.get(label)
        if window is None:
            window = self._windows[label] = CardWindow(label, now)
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
