"""Does somebody try the PINs of many cards at one terminal."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import MANY, bounded
from monitor.domain.alerts.phrase import Phrase, span
from monitor.domain.detectors.chance import is_ordinary
from monitor.domain.detectors.window_judges import lasting, latest, moment_of
from monitor.domain.events.sliding_window import MOST_MARKS, Mark
from monitor.domain.events.terminal_history import Kind, TerminalHistory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

_time = itemgetter(0)

ORDINARY_S = 24 * 3600.0
"""A terminal's ordinary rate of wrong PINs is that of so long before a window."""

UNSETTLED_S = 2 * 3600.0
"""So long before the end of a window nothing counts as ordinary: a slow attack must not explain itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalPinLimits:
    """Wrong PINs on `cards` different cards, and `share` (0-1) of at least `transactions` (unsourced).

    Wrong PINs that the terminal's ordinary rate explains are none of these. `card_alerts` cards have alerts
    of their own at most; with more this alert stands for them.
    """

    cards: int = bounded(5, least=1, greatest=MOST_MARKS)
    transactions: int = bounded(5, least=1, greatest=MANY)
    share: float = bounded(0.3, least=0, greatest=1)
    card_alerts: int = bounded(20, least=1, greatest=MANY)
    window_s: float = 600.0


class _Window(NamedTuple):
    """The transactions of `window_s` seconds up to `end`: their number, and which marks are wrong PINs."""

    end: float
    transactions: int
    first: int
    behind: int
    cards: int

    @property
    def wrong(self) -> int:
        """How many transactions had a wrong PIN."""
        return self.behind - self.first


def guessed_on_terminal(watched: WatchedTerminal, limits: TerminalPinLimits, is_open: bool) -> Verdict:
    """Judge whether more cards have had wrong PINs than customers explain."""
    if watched.events is None:
        return UNKNOWN
    if is_open:
        return lasting(watched, watched.events.marks(Kind.WRONG_PIN), limits.window_s)
    is_flooded = bool(watched.events.marks(Kind.WITHHELD_CARDS).fresh)
    return PRESENT if is_flooded or _guessing(watched.events, limits) else ABSENT


def guessing_since(watched: WatchedTerminal, limits: TerminalPinLimits) -> Instant:
    """Return when the first of these wrong PINs came."""
    history = watched.events
    if history is None:
        return watched.watched_since
    window = _guessing(history, limits) or latest(history.marks(Kind.WRONG_PIN), limits.window_s)
    return moment_of(window, history.now)


def say_guessing(watched: WatchedTerminal, limits: TerminalPinLimits) -> Phrase:
    """Return the number of cards, wrong PINs and transactions, and what was ordinary before."""
    history = watched.events
    window = latest(history.marks(Kind.WRONG_PIN), limits.window_s) if history else ()
    if history is None or not window:
        return Phrase("wrong PINs on many cards", "多张卡密码错误")
    low = bisect_left(history.times, window[0][0])
    high = bisect_left(history.times, window[0][0] + limits.window_s)
    cards, wrong, length = len({card for _, card in window if card}), len(window), span(limits.window_s)
    usual, total = _usual(history, window[-1][0]), high - low
    withheld = _withheld(history, window[-1][0] - limits.window_s)
    return Phrase(
        f"wrong PINs on {cards} different cards, {wrong} of {total} transactions in {length.en}"
        f"{usual.en}{withheld.en}",
        f"{length.zh}内 {cards} 张不同的卡密码错误，{total} 笔交易中有 {wrong} 笔{usual.zh}{withheld.zh}",
    )


def _withheld(history: TerminalHistory, since: float) -> Phrase:
    counts = [count for _, count in history.marks(Kind.WITHHELD_CARDS).since(since)]
    if not counts:
        return Phrase("", "")
    return Phrase(
        f"; {max(counts)} or more cards have no alert of their own",
        f"；另有至少 {max(counts)} 张卡没有单独告警",
    )


def _usual(history: TerminalHistory, end: float) -> Phrase:
    failures, trials = _ordinary(history, end)
    if not trials:
        return Phrase("", "")
    return Phrase(f" (the day before {failures} of {trials})", f"（此前一天 {trials} 笔中有 {failures} 笔）")


def _guessing(history: TerminalHistory, limits: TerminalPinLimits) -> Sequence[Mark] | None:
    """Return the first window with something fresh in it that holds more wrong PINs than are ordinary."""
    wrong = history.marks(Kind.WRONG_PIN)
    if len(wrong) < limits.cards:
        return None
    for window in _windows(history, limits.window_s):
        is_enough = window.cards >= limits.cards and window.transactions >= limits.transactions
        if is_enough and window.wrong >= limits.share * window.transactions:
            failures, trials = _ordinary(history, window.end)
            customers = max(window.cards, window.transactions - window.wrong + window.cards)
            if not is_ordinary(window.cards, customers, known_failures=failures, known_trials=trials):
                return wrong.entries[window.first : window.behind]
    return None


def _windows(history: TerminalHistory, window_s: float) -> Iterator[_Window]:
    """Yield every window that ends with a transaction and holds a fresh one, the earliest first.

    Each mark enters once and leaves once. Once wrong PINs were evicted, transactions before the oldest that
    is left do not count: a flood of wrong PINs must not thin itself out.
    """
    wrong, times = history.marks(Kind.WRONG_PIN), history.times
    marks, known_from = wrong.entries, _known_from(history)
    ends = history.fresh_ends(window_s)
    first = behind = bisect_left(marks, (ends[0] - window_s,)) if ends else 0
    low = high = 0
    cards: Counter[object] = Counter()
    for end in ends:
        while behind < len(marks) and marks[behind][0] <= end:
            cards[marks[behind][1]] += 1
            behind += 1
        while first < behind and marks[first][0] <= end - window_s:
            cards[marks[first][1]] -= 1
            if not cards[marks[first][1]]:
                del cards[marks[first][1]]
            first += 1
        low, high = bisect_right(times, end - window_s, low), bisect_right(times, end, high)
        yield _Window(end, high - max(low, min(known_from, high)), first, behind, len(cards) - (0 in cards))


def _known_from(history: TerminalHistory) -> int:
    """Return the index of the first transaction of which is known whether its PIN was wrong."""
    wrong = history.marks(Kind.WRONG_PIN)
    if not wrong.evicted or not wrong.entries:
        return 0
    oldest = wrong.entries[0][0]
    alike = bisect_right(wrong.entries, oldest, key=_time)
    return max(0, bisect_right(history.times, oldest) - alike)


def _ordinary(history: TerminalHistory, end: float) -> tuple[int, int]:
    """Return the wrong PINs and the transactions of the day up to UNSETTLED_S before `end`."""
    span_s, until = ORDINARY_S - UNSETTLED_S, end - UNSETTLED_S
    low, high = history.transactions_within(span_s, until)
    failures = len(history.marks(Kind.WRONG_PIN).within(span_s, until))
    return min(failures, high - low), high - low
