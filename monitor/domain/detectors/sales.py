"""Are there payments where none are expected."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import MANY, bounded
from monitor.domain.alerts.phrase import Phrase, span
from monitor.domain.detectors.window_judges import counts, first_mark, latest
from monitor.domain.events.sliding_window import MOST_MARKS
from monitor.domain.events.terminal_history import Kind, TerminalHistory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class OffHoursLimits:
    """So many transactions outside the opening hours that the inventory gives (unsourced)."""

    count: int = bounded(1, least=1, greatest=MOST_MARKS)
    window_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionLimits:
    """Approved payments of one amount, or of one card, at one terminal; 0 = not judged.

    Chinese acquirers publish more than five equal amounts, and a card five times or more.
    """

    equal_amounts: int = bounded(6, least=0, greatest=MANY)
    same_card: int = bounded(5, least=0, greatest=MANY)
    window_s: float = 3600.0


def _say_off_hours(watched: WatchedTerminal, limits: OffHoursLimits) -> Phrase:
    marks = watched.events.marks(Kind.OFF_HOURS) if watched.events else ()
    window = latest(marks, limits.window_s) if marks else ()
    last = (
        Phrase(f", the last at {window[-1][1]}", f"，最近一笔在 {window[-1][1]}")
        if window
        else Phrase("", "")
    )
    hours = watched.terminal.opening_hours
    return Phrase(
        f"{len(window)} transactions outside opening hours ({hours}){last.en}",
        f"营业时间（{hours}）之外有 {len(window)} 笔交易{last.zh}",
    )


def _most(values: Iterable[int]) -> int:
    return max((count for value, count in Counter(values).items() if value), default=0)


def _is_repeated(history: TerminalHistory, limits: RepetitionLimits, end: float) -> bool:
    low, high = history.transactions_within(limits.window_s, end)
    amounts, cards = _most(history.amounts[low:high]), _most(history.cards[low:high])
    return 0 < limits.equal_amounts <= amounts or 0 < limits.same_card <= cards


def _repeated(watched: WatchedTerminal, limits: RepetitionLimits, is_open: bool) -> Verdict:
    history = watched.events
    if history is None:
        return UNKNOWN
    ends = history.fresh_ends(limits.window_s)
    if any(_is_repeated(history, limits, end) for end in ends):
        return PRESENT
    if not is_open:
        return ABSENT
    if watched.is_down:
        return UNKNOWN
    return PRESENT if _is_repeated(history, limits, history.now.monotonic) else ABSENT


def _repeated_since(watched: WatchedTerminal, limits: RepetitionLimits) -> Instant:
    history = watched.events
    if history is None or not history.times:
        return watched.watched_since
    low, _ = history.transactions_within(limits.window_s, history.times[-1])
    return history.now.ago(max(0.0, history.now.monotonic - history.times[low]))


def _say_repeated(watched: WatchedTerminal, limits: RepetitionLimits) -> Phrase:
    history = watched.events
    if history is None or not history.times:
        return Phrase("repeated payments", "重复付款")
    low, high = history.transactions_within(limits.window_s, history.times[-1])
    amounts, cards = _most(history.amounts[low:high]), _most(history.cards[low:high])
    length = span(limits.window_s)
    return Phrase(
        f"{amounts} payments of one amount, {cards} with one card, in {length.en}",
        f"{length.zh}内同一金额 {amounts} 笔，同一张卡 {cards} 笔",
    )


SALES: tuple[Detector, ...] = (
    Detector(
        alertname="OffHoursTransactions",
        category=Category.SECURITY,
        severity=Severity.WARNING,
        owner=Owner.SECURITY,
        basis=Basis.EVENTS,
        judge=counts(Kind.OFF_HOURS),
        summary=_say_off_hours,
        limits=OffHoursLimits(),
        began=first_mark(Kind.OFF_HOURS),
    ),
    Detector(
        alertname="RepeatedTransactions",
        category=Category.SECURITY,
        severity=Severity.WARNING,
        owner=Owner.SECURITY,
        basis=Basis.EVENTS,
        judge=_repeated,
        summary=_say_repeated,
        enabled=False,
        limits=RepetitionLimits(),
        began=_repeated_since,
    ),
)
