"""Adding up the remembered events of a terminal."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from statistics import median

from monitor.domain.events.activity import CardActivity, EventActivity, Tally
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import ELSEWHERE, Kind, TerminalHistory
from monitor.domain.instant import Instant

Codes = Sequence[tuple[CodeCategory, str]]
"""By number: the category of a response code, and the code itself."""

RECENT_S = 600.0
DAY_S = 24 * 3600.0
_FAILING = (Kind.WRONG_PIN, Kind.PIN_FAULT)
_FAULTY = frozenset({CodeCategory.PIN_DATA_FAULT, CodeCategory.KEY_FAULT})


def activity_of(
    history: TerminalHistory, codes: Codes, now: Instant, *, most_tried: CardActivity, network_incident: str
) -> EventActivity:
    """Return the summary of a terminal's events."""
    times = history.times
    day = now.monotonic - DAY_S
    latest = times[-1] if times else now.monotonic
    failed = [marks.entries[-1][0] for kind in _FAILING if (marks := history.marks(kind))]
    recent = tally(history, codes, window_s=RECENT_S, end=latest)
    is_latest = not failed or max(failed) >= latest
    sighted = [str(who) for _, who in history.marks(Kind.SIGHTING).since(day)]
    conflicts = [str(who) for _, who in history.marks(Kind.CONFLICT).since(day)]
    return EventActivity(
        recent=recent,
        failing=recent if is_latest else tally(history, codes, window_s=RECENT_S, end=max(failed)),
        day=tally(history, codes, window_s=DAY_S, end=max(now.monotonic, latest)),
        wrong_pin_run=history.wrong_pin_run(),
        last_approved=_moment(history.last_approved, now) if history.last_approved > -inf else None,
        last_event=_moment(latest, now) if times else None,
        most_tried=most_tried,
        operators=tuple(history.operators),
        new_operators=tuple(str(who) for _, who in history.marks(Kind.NEW_OPERATOR).since(day)),
        failed_log_ins=len(history.marks(Kind.FAILED_LOG_IN).since(day)),
        serials=tuple(dict.fromkeys(sighted)),
        endpoints=tuple(dict.fromkeys(who for who in conflicts if who.startswith(ELSEWHERE))),
        network_incident=network_incident,
    )


def _moment(at: float, now: Instant) -> Instant:
    return now.ago(now.monotonic - at)


def tally(history: TerminalHistory, codes: Codes, *, window_s: float, end: float) -> Tally:
    """Return the outcomes of the transactions in the `window_s` seconds up to `end` (monotonic)."""
    low, high = history.transactions_within(window_s, end)
    if low == high:
        return Tally()
    counts = Counter(history.codes[low:high])
    categories: Counter[CodeCategory] = Counter()
    for number, count in counts.items():
        categories[codes[number][0]] += count
    wrong, faulty, recovered = _cards(history, codes, low, high)
    times = [at for at, _ in history.marks(Kind.WRONG_PIN).within(window_s, end)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return Tally(
        transactions=high - low,
        codes=tuple((codes[number][1], count) for number, count in counts.most_common()),
        categories=dict(categories),
        cards=len(set(history.cards[low:high]) - {0}),
        wrong_pin_cards=wrong,
        faulty_cards=faulty,
        recovered_cards=recovered,
        gap_s=median(gaps) if gaps else None,
    )


def _cards(history: TerminalHistory, codes: Codes, low: int, high: int) -> tuple[int, int, int]:
    wrong: set[int] = set()
    faulty: set[int] = set()
    recovered: set[int] = set()
    for number, card in zip(history.codes[low:high], history.cards[low:high], strict=True):
        if not card:
            continue
        category = codes[number][0]
        if category is CodeCategory.WRONG_PIN:
            wrong.add(card)
        elif category in _FAULTY:
            faulty.add(card)
        elif category is CodeCategory.APPROVED and card in wrong:
            recovered.add(card)
    return len(wrong), len(faulty), len(recovered)
