"""Summaries of events for diagnosis, pages and metrics."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from monitor.domain.event_tracking.event_windows import CARD_DIGITS, EventWindows
from monitor.domain.events.activity import CardActivity, EventActivity
from monitor.domain.events.activity_summary import RECENT_S, activity_of
from monitor.domain.events.card_hash import LABEL_DIGITS
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import Kind, TerminalHistory
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant

_UNNAMED_BITS = 4 * (CARD_DIGITS - LABEL_DIGITS)

UNKNOWN_IDS_S = 3600.0
"""An unknown id is counted in the metrics for so long after it was last given."""


class EventQueries:
    """Summarises the windows of events; changes nothing."""

    def __init__(self, *, fleet: Fleet, windows: EventWindows) -> None:
        self._fleet = fleet
        self._windows = windows

    def activity(self, terminal_id: str, now: Instant) -> EventActivity:
        """Return the activity of a terminal, an empty one when it sent no events."""
        watched = self._fleet.get(terminal_id)
        incident = self._windows.incident.words()
        if watched is None or watched.events is None:
            return EventActivity(network_incident=incident)
        return activity_of(
            watched.events,
            self._windows.codes.table,
            now,
            most_tried=self._most_tried(watched.events),
            network_incident=incident,
        )

    def card_activity(self, card: str) -> CardActivity:
        """Return the activity of a card by the first digits of its hash, as on its alerts' label."""
        window = self._windows.cards.get(card)
        return window.activity() if window else CardActivity()

    def was_right(self, card: str, terminal_ids: Iterable[str]) -> bool:
        """Tell whether a card was approved at one of these terminals after its first wrong PIN of the day."""
        window = self._windows.cards.get(card)
        wrong = window.of_day() if window else ()
        if not wrong:
            return False
        number, approved = int(card, 16), self._windows.codes.table
        for terminal_id in terminal_ids:
            watched = self._fleet.get(terminal_id)
            history = watched.events if watched else None
            if history is None:
                continue
            low = bisect_left(history.times, wrong[0][0])
            for code, one in zip(history.codes[low:], history.cards[low:], strict=True):
                if one >> _UNNAMED_BITS == number and approved[code][0] is CodeCategory.APPROVED:
                    return True
        return False

    def unknown_ids_of(self, source: str) -> Sequence[str]:
        """Return the ids unknown to the inventory that a source gave lately, fit to be shown."""
        window = self._windows.unknown_ids.get(source)
        return window.distinct() if window else ()

    def unknown_id_count(self, now: Instant) -> int:
        """Return how many different unknown ids all sources gave in the last UNKNOWN_IDS_S seconds."""
        return len(self._windows.unknown_ids.distinct_within(UNKNOWN_IDS_S, now))

    def _most_tried(self, history: TerminalHistory) -> CardActivity:
        wrong = history.marks(Kind.WRONG_PIN)
        latest = wrong.within(RECENT_S, wrong.entries[-1][0]) if wrong else ()
        cards = {card for _, card in latest if card}
        known = (self._windows.cards.get(card_label(card)) for card in cards)
        activities = [window.activity() for window in known if window is not None]
        return max(activities, key=lambda activity: activity.tries, default=CardActivity())


def card_label(card: int) -> str:
    """Return the label of a card from the first digits of its hash, which are kept as a number."""
    return f"{card:0{CARD_DIGITS}x}"[:LABEL_DIGITS]
