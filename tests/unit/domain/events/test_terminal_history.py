import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import (
    ENOUGH_LOG_INS,
    MOST_OPERATORS,
    MOST_TRANSACTIONS,
    Kind,
    TerminalHistory,
)
from tests.scenes import START

T = START.monotonic
GOOD, WRONG = CodeCategory.APPROVED, CodeCategory.WRONG_PIN


def history() -> TerminalHistory:
    """Return an empty one, looked at now."""
    return TerminalHistory(clock_offset=START.wall - T, now=START)


def marks_of(told: TerminalHistory) -> dict[Kind, list[tuple[float, object]]]:
    """Return the marks of each kind that has any."""
    return {kind: list(told.marks(kind).entries) for kind in Kind if told.marks(kind)}


@given(st.lists(st.tuples(st.floats(0, 1000), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))))
def test_transactions_stand_in_the_order_of_their_own_time(told: list[tuple[float, int, int, int]]) -> None:
    """However late each comes, its code, card and amount go with its time."""
    late = history()
    for at, code, card, amount in told:
        late.add_transaction(at, GOOD, code, card, amount)
    rows = list(zip(late.times, late.codes, late.cards, late.amounts, strict=True))
    assert rows == sorted(told, key=lambda row: row[0])
    assert late.last_approved == max((at for at, *_ in told), default=-float("inf"))


@pytest.mark.parametrize(
    ("category", "marks"),
    [
        (CodeCategory.APPROVED, {}),
        (CodeCategory.WRONG_PIN, {Kind.WRONG_PIN: [(T, 3)]}),
        (CodeCategory.PIN_DATA_FAULT, {Kind.PIN_FAULT: [(T, 3)]}),
        (CodeCategory.KEY_FAULT, {Kind.PIN_FAULT: [(T, 3)]}),
        (CodeCategory.UNKNOWN_TERMINAL, {Kind.UNKNOWN_ID: [(T, 2)]}),
        (CodeCategory.NETWORK, {}),
    ],
)
def test_noteworthy_transactions_are_marked(
    category: CodeCategory, marks: dict[Kind, list[tuple[float, object]]]
) -> None:
    """A mark names the card, or the code where the host does not know the terminal."""
    told = history()
    told.add_transaction(T, category, 2, 3, 4)
    assert marks_of(told) == marks


def test_an_approved_transaction_ends_the_run_of_wrong_pins() -> None:
    """Those that happened after it begin a new run, whichever comes in first."""
    told = history()
    for at in (T - 40, T - 30, T - 10):
        told.add_transaction(at, WRONG, 1, 7, 0)
    assert told.wrong_pin_run() == 3
    told.add_transaction(T - 20, GOOD, 0, 7, 0)
    assert told.wrong_pin_run() == 1


def test_the_oldest_transactions_make_room() -> None:
    """A terminal keeps MOST_TRANSACTIONS at most."""
    told = history()
    for number in range(MOST_TRANSACTIONS + 3):
        told.add_transaction(T + number, GOOD, 0, 0, 0)
    assert len(told.times) == len(told.codes) == len(told.cards) == len(told.amounts) == MOST_TRANSACTIONS
    assert told.times[0] == T + 3


def test_a_failed_log_in_is_marked_and_makes_no_operator_known() -> None:
    """A name that only failed is not an operator's."""
    told = history()
    told.add_log_in(T, "eve", success=False)
    assert marks_of(told) == {Kind.FAILED_LOG_IN: [(T, "eve")]}
    assert told.operators == {}
    assert told.log_ins == 0


@pytest.mark.parametrize(("log_ins", "is_marked"), [(ENOUGH_LOG_INS - 1, False), (ENOUGH_LOG_INS, True)])
def test_a_new_operator_is_marked_once_enough_log_ins_are_known(log_ins: int, *, is_marked: bool) -> None:
    """Before that every operator would be new."""
    told = history()
    for number in range(log_ins):
        told.add_log_in(T + number, "alice", success=True)
    told.add_log_in(T + 100, "bob", success=True)
    told.add_log_in(T + 101, "bob", success=True)
    assert marks_of(told) == ({Kind.NEW_OPERATOR: [(T + 100, "bob")]} if is_marked else {})


def test_the_operator_longest_away_makes_room() -> None:
    """A terminal whose operators have endless names keeps MOST_OPERATORS of them."""
    told = history()
    for number in range(MOST_OPERATORS + 1):
        told.add_log_in(T + number, f"{number}", success=True)
    assert len(told.operators) == MOST_OPERATORS
    assert "0" not in told.operators


def test_a_late_log_in_does_not_set_an_operator_back() -> None:
    """The latest log-in of each operator is kept."""
    told = history()
    told.add_log_in(T, "alice", success=True)
    told.add_log_in(T - 500, "alice", success=True)
    assert told.operators == {"alice": T}


def test_events_beyond_a_turn_s_bound_have_no_room() -> None:
    """The next turn has room again."""
    told = history()
    assert [told.has_room(T + at, turn_s=10.0, most=2) for at in (0, 1, 9, 10)] == [True, True, False, True]


@given(st.lists(st.integers(0, 50)), st.integers(1, 20), st.integers(0, 60))
def test_a_window_holds_less_than_its_length_and_its_end(times: list[int], window_s: int, end: int) -> None:
    """A transaction at the end is in it, one exactly a window before is not."""
    told = history()
    for at in times:
        told.add_transaction(float(at), GOOD, 0, 0, 0)
    low, high = told.transactions_within(float(window_s), float(end))
    assert list(told.times[low:high]) == sorted(at for at in times if end - window_s < at <= end)


@given(
    st.lists(st.integers(0, 40), max_size=12),
    st.lists(st.integers(0, 40), min_size=1, max_size=5),
    st.integers(1, 20),
)
def test_fresh_windows_end_with_every_transaction_that_a_fresh_one_reaches(
    before: list[int], fresh: list[int], window_s: int
) -> None:
    """Such a window ends at a fresh transaction or less than a window after it."""
    told = history()
    for at in before:
        told.add_transaction(float(at), GOOD, 0, 0, 0)
    told.begin_evaluation(START)
    for at in fresh:
        told.add_transaction(float(at), GOOD, 0, 0, 0)
    expected = sorted(end for end in before + fresh if any(at <= end < at + window_s for at in fresh))
    assert told.fresh_ends(float(window_s)) == expected


def test_what_is_judged_is_not_fresh_any_more() -> None:
    """Transactions and marks alike."""
    told = history()
    told.add_transaction(T, WRONG, 1, 7, 0)
    assert told.fresh == [T]
    assert told.marks(Kind.WRONG_PIN).fresh == [T]
    told.begin_evaluation(START)
    assert told.fresh == []
    assert told.marks(Kind.WRONG_PIN).fresh == []


def test_a_mark_that_is_made_again_replaces_the_earlier_one() -> None:
    """What goes on is one mark for each name, not one for each look."""
    told = history()
    told.mark_again(Kind.CONFLICT, T, "a")
    told.mark_again(Kind.CONFLICT, T + 1, "b")
    told.mark_again(Kind.CONFLICT, T + 2, "a")
    assert marks_of(told) == {Kind.CONFLICT: [(T + 1, "b"), (T + 2, "a")]}


def test_reading_a_kind_without_marks_leaves_nothing_behind() -> None:
    """All terminals share one empty window; it stays empty."""
    first, second = history(), history()
    first.marks(Kind.SIGHTING)
    first.mark(Kind.SIGHTING, T, "x")
    assert not second.marks(Kind.SIGHTING)
    assert not history().marks(Kind.SIGHTING)


def test_old_events_are_forgotten_and_then_nothing_is_left() -> None:
    """Transactions and marks have ages of their own."""
    told = history()
    told.add_transaction(T - 100, WRONG, 1, 7, 0)
    told.add_log_in(T - 90, "alice", success=True)
    told.forget_before(transactions=T - 100, marks=T - 100)
    assert not told.is_empty
    told.forget_before(transactions=T - 99, marks=T - 100)
    assert (len(told.times), told.is_empty) == (0, False)
    told.forget_before(transactions=T, marks=T)
    assert told.is_empty


def test_old_transactions_go_in_portions() -> None:
    """Dropping one at a time would cost more than it frees."""
    told = history()
    for number in range(127):
        told.add_transaction(float(number), GOOD, 0, 0, 0)
    told.forget_some(100.0)
    assert len(told.times) == 127
    told.add_transaction(127.0, GOOD, 0, 0, 0)
    told.forget_some(64.0)
    assert len(told.times) == 128
    told.forget_some(65.0)
    assert list(told.times) == [float(number) for number in range(65, 128)]
