"""The events of one terminal, placed by their own time."""

from array import array
from bisect import bisect_left, bisect_right
from enum import StrEnum
from math import inf

from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.sliding_window import SlidingWindow
from monitor.domain.instant import Instant

MOST_TRANSACTIONS = 10_000
"""Of one terminal within the day; the oldest go first."""

_WORTH_IT = 128
MOST_OPERATORS = 64
ENOUGH_LOG_INS = 10
"""So many log-ins make an operator who is not among them a newcomer."""

_PIN_FAULTS = frozenset({CodeCategory.PIN_DATA_FAULT, CodeCategory.KEY_FAULT})


class Kind(StrEnum):
    """The kinds of noteworthy events, and the name that a mark of each carries."""

    WRONG_PIN = "wrong_pin"
    """The card, as in TerminalHistory.cards."""
    PIN_FAULT = "pin_fault"
    """The card, as above."""
    UNKNOWN_ID = "unknown_id"
    """The host does not know the terminal; the code."""
    WITHHELD_CARDS = "withheld_cards"
    """Cards with a wrong PIN got no alert of their own, because too many others have one; their number."""
    OFF_HOURS = "off_hours"
    FAILED_LOG_IN = "failed_log_in"
    """The operator."""
    NEW_OPERATOR = "new_operator"
    """An operator never seen here signed on."""
    SIGHTING = "sighting"
    """The id was seen with another serial number, or from elsewhere, than before."""
    CONFLICT = "conflict"
    """It was seen where one device cannot be: two serial numbers, or ELSEWHERE and a terminal id."""


ELSEWHERE = "endpoint of terminal "
"""The prefix of a terminal id: this terminal also answers at that one's endpoint."""


_NONE = SlidingWindow()


class TerminalHistory:
    """The events that one terminal reported in a day. Times are seconds on posmon's monotonic clock.

    `times` of transactions are sorted; `codes` (numbers in the table of codes), `cards` (the first 60 bits of
    the hash, 0 without one) and `amounts` (amount and currency as one number, 0 without) go with them.
    `clock_offset` is the terminal's clock minus our monotonic one. `now` is when it was last evaluated,
    `last_list` is the `list_key` of the last list that held only counted events, `last_received` is when an
    event last came in, `fresh` are the transactions that came in since `begin_evaluation`.
    """

    __slots__ = (
        "_marks",
        "amounts",
        "cards",
        "clock_offset",
        "codes",
        "fresh",
        "last_approved",
        "last_list",
        "last_received",
        "log_ins",
        "now",
        "operators",
        "times",
        "turn",
        "turn_count",
    )

    def __init__(self, *, clock_offset: float, now: Instant) -> None:
        self.clock_offset = clock_offset
        self.now = now
        self.times = array("d")
        self.codes = array("H")
        self.cards = array("q")
        self.amounts = array("q")
        self.fresh: list[float] = []
        self.last_received = -inf
        self.last_approved = -inf
        self.last_list: int | None = None
        self.operators: dict[str, float] = {}
        self.log_ins = 0
        self.turn = -inf
        self.turn_count = 0
        self._marks: dict[Kind, SlidingWindow] = {}

    def marks(self, kind: Kind) -> SlidingWindow:
        """Return the marks of one kind, to be read."""
        return self._marks.get(kind, _NONE)

    def mark(self, kind: Kind, at: float, who: object) -> None:
        """Add a mark."""
        if kind not in self._marks:
            self._marks[kind] = SlidingWindow()
        self._marks[kind].add(at, who, self.now.monotonic)

    def mark_again(self, kind: Kind, at: float, who: object) -> None:
        """Add a mark in place of the earlier one of `who`: the condition goes on."""
        self.marks(kind).forget(who)
        self.mark(kind, at, who)

    def begin_evaluation(self, now: Instant) -> None:
        """Mark everything that has come in as evaluated."""
        self.now = now
        if self.fresh:
            self.fresh.clear()
        for marks in self._marks.values():
            marks.begin_evaluation()

    def add_transaction(self, at: float, category: CodeCategory, code: int, card: int, amount: int) -> None:
        """Add a transaction at the place of its own time."""
        times = self.times
        place = len(times) if not times or at >= times[-1] else bisect_right(times, at)
        times.insert(place, at)
        self.codes.insert(place, code)
        self.cards.insert(place, card)
        self.amounts.insert(place, amount)
        self.fresh.append(at)
        self.last_received = self.now.monotonic
        if category is CodeCategory.APPROVED:
            self.last_approved = max(self.last_approved, at)
        elif category is CodeCategory.WRONG_PIN:
            self.mark(Kind.WRONG_PIN, at, card)
        elif category in _PIN_FAULTS:
            self.mark(Kind.PIN_FAULT, at, card)
        elif category is CodeCategory.UNKNOWN_TERMINAL:
            self.mark(Kind.UNKNOWN_ID, at, code)
        if len(times) > MOST_TRANSACTIONS:
            self._drop(1)

    def add_log_in(self, at: float, operator_id: str, *, success: bool) -> None:
        """Add a log-in of an operator, or a failed one."""
        self.last_received = self.now.monotonic
        if not success:
            self.mark(Kind.FAILED_LOG_IN, at, operator_id)
            return
        if operator_id not in self.operators and self.log_ins >= ENOUGH_LOG_INS:
            self.mark(Kind.NEW_OPERATOR, at, operator_id)
        self.log_ins += 1
        self.operators[operator_id] = max(at, self.operators.get(operator_id, -inf))
        if len(self.operators) > MOST_OPERATORS:
            del self.operators[min(self.operators, key=self.operators.__getitem__)]

    def has_room(self, now_s: float, *, turn_s: float, most: int) -> bool:
        """Count one more event; return whether the present turn has had no more than `most`."""
        if now_s >= self.turn + turn_s:
            self.turn, self.turn_count = now_s, 0
        self.turn_count += 1
        return self.turn_count <= most

    def forget_some(self, before: float) -> None:
        """Drop old transactions when there are enough of them to be worth it."""
        times = self.times
        if len(times) >= _WORTH_IT and times[_WORTH_IT // 2] < before:
            self._drop(bisect_left(times, before))

    def transactions_within(self, window_s: float, end: float) -> tuple[int, int]:
        """Return the slice of a window's transactions: the first place, and the place behind the last."""
        return bisect_right(self.times, end - window_s), bisect_right(self.times, end)

    def fresh_ends(self, window_s: float) -> list[float]:
        """Return the ends of all windows that hold a fresh transaction, each once."""
        ends: list[float] = []
        reached = 0
        for at in sorted(self.fresh):
            low = max(reached, bisect_left(self.times, at))
            high = bisect_left(self.times, at + window_s)
            ends += self.times[low:high]
            reached = max(reached, high)
        return ends

    def wrong_pin_run(self) -> int:
        """Return how many wrong PINs came since the last approved transaction."""
        return len(self.marks(Kind.WRONG_PIN).since(self.last_approved))

    def forget_before(self, *, transactions: float, marks: float) -> None:
        """Drop transactions and marks that no detector needs any more."""
        count = bisect_left(self.times, transactions)
        if count:
            self._drop(count)
        for kind in self._marks.values():
            kind.forget_before(marks)
        self.operators = {name: at for name, at in self.operators.items() if at >= marks}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is remembered any more."""
        return not (self.times or any(self._marks.values()) or self.operators)

    def _drop(self, count: int) -> None:
        del self.times[:count], self.codes[:count], self.cards[:count], self.amounts[:count]
