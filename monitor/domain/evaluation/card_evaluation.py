"""From wrong PINs of cards to alerts about them, of so many cards of one terminal."""

from collections.abc import Callable, Sequence

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import CARD
from monitor.domain.detectors.pin_guessing import TerminalPinLimits
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.terminal_history import Kind
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.subjects.table import Subjects


class CardEvaluation:
    """Evaluates the cards that had wrong PINs at a terminal; what one terminal can cause is bounded.

    A terminal opens alerts about at most `card_alerts` cards at a time, a setting of PinFailuresOnTerminal.
    Further cards are not evaluated; its history has a mark with their number, by which PinFailuresOnTerminal
    opens. `evaluate_card` evaluates one card.
    """

    def __init__(
        self,
        *,
        book: AlertBook,
        subjects: Subjects,
        evaluate_card: Callable[[CardWindow, Instant], list[Transition]],
    ) -> None:
        self._book = book
        self._card = subjects[CARD]
        self._evaluate_card = evaluate_card
        self._opened: dict[str, set[str]] = {}

    def evaluate(
        self, watched: WatchedTerminal, cards: Sequence[CardWindow], now: Instant
    ) -> list[Transition]:
        """Evaluate cards that have had another wrong PIN at a terminal."""
        if not cards:
            return []
        terminal_id = watched.terminal.terminal_id
        opened = {subject for subject in self._opened.pop(terminal_id, ()) if self._book.about(subject)}
        most = _most_of(watched)
        steps: list[Transition] = []
        withheld = 0
        for card in cards:
            subject = self._card.subject(card)
            if len(opened) >= most and not self._book.about(subject):
                card.begin_evaluation(now)
                withheld += 1
                continue
            steps += self._evaluate_card(card, now)
            if self._book.about(subject):
                opened.add(subject)
        if opened:
            self._opened[terminal_id] = opened
        if withheld and watched.events is not None:
            watched.events.mark(Kind.WITHHELD_CARDS, now.monotonic, withheld)
        return steps


def _most_of(watched: WatchedTerminal) -> int:
    rule = watched.rules.named("PinFailuresOnTerminal")
    limits = rule.limits if rule is not None else TerminalPinLimits()
    return int(limits.card_alerts)
