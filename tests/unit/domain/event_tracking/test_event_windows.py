from datetime import date
from typing import Any

import pytest

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.plans import Plans
from monitor.domain.event_tracking.event_windows import CARD_DIGITS, SWEPT_AT_ONCE, EventWindows
from monitor.domain.events.activity_summary import DAY_S, RECENT_S
from monitor.domain.events.code_numbers import CodeNumbers
from monitor.domain.events.event import OperatorLogin, Transaction
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import ELSEWHERE, Kind, TerminalHistory
from monitor.domain.inventory.terminal import InventoryStatus, Terminal
from tests.scenes import CODES, START, Scene, reading, terminal

T = START.monotonic
CARD = "0123456789abcdef" * 4
MAX_AGE_S = 1000.0


class Placing:
    """Windows over a fleet of terminals, the first of which is `watched`."""

    def __init__(self, *rows: Terminal) -> None:
        self.scene = Scene(rows or [terminal()])
        self.watched = self.scene.watched()
        self.windows = EventWindows(fleet=self.scene.fleet, codes=CodeNumbers(CODES), max_age_s=MAX_AGE_S)

    @property
    def history(self) -> TerminalHistory:
        """The history of the first terminal, looked at when the scene began."""
        return self.windows.history_of(self.watched, START)

    def pay(self, code: str = "00", card: str = "", **fields: Any) -> object:
        """Place a transaction of the first terminal that happens now."""
        event = Transaction(id="e", at=START.wall, response_code=code, card=card, **fields)
        return self.windows.place(self.watched, self.history, event, T, START)


def test_a_terminal_gets_a_history_with_its_first_event() -> None:
    """It stays the same one, and is looked at anew."""
    placing = Placing()
    assert placing.watched.events is None
    history = placing.history
    assert history.clock_offset == START.wall - START.monotonic
    later = START.ago(-60)
    assert placing.windows.history_of(placing.watched, later) is history
    assert history.now == later


def test_a_transaction_is_kept_as_numbers() -> None:
    """Only the first digits of the card's hash are kept, and no amount as such."""
    placing = Placing()
    placing.pay("00", CARD, amount_minor=1999, currency="CNY")
    history = placing.history
    assert placing.windows.codes.table[history.codes[0]] == (CodeCategory.APPROVED, "00")
    assert history.cards[0] == int(CARD[:CARD_DIGITS], 16)
    assert history.amounts[0] not in {0, 1999}


def test_equal_amounts_are_equal_only_in_one_currency() -> None:
    """A transaction that was not approved, or has no amount, counts as none."""
    placing = Placing()
    placing.pay(amount_minor=100, currency="CNY")
    placing.pay(amount_minor=100, currency="CNY")
    placing.pay(amount_minor=100, currency="EUR")
    placing.pay()
    placing.pay("55", amount_minor=100, currency="CNY")
    first, second, euro, *none = placing.history.amounts
    assert first == second != euro
    assert none == [0, 0]


def test_a_log_in_goes_to_the_terminal_s_operators() -> None:
    """It is no transaction."""
    placing = Placing()
    event = OperatorLogin(id="e", at=START.wall, operator_id="alice", success=True)
    assert placing.windows.place(placing.watched, placing.history, event, T, START) is None
    assert list(placing.history.operators) == ["alice"]
    assert not placing.history.times


def test_a_wrong_pin_is_filed_under_its_card_as_well() -> None:
    """The window is returned so that its detectors are asked."""
    placing = Placing()
    window = placing.pay("55", CARD)
    assert window is not None
    assert CARD in placing.windows.cards
    assert placing.pay("00", CARD) is None
    assert placing.pay("55") is None


def test_a_terminal_that_is_not_paged_for_files_no_cards() -> None:
    """Engineers try cards on a terminal in maintenance."""
    placing = Placing(terminal(status=InventoryStatus.MAINTENANCE))
    assert placing.pay("55", CARD) is None
    assert CARD not in placing.windows.cards


@pytest.mark.parametrize(("code", "terminals"), [("68", 1), ("91", 1), ("55", 0), ("00", 0)])
def test_codes_of_the_link_count_towards_a_network_incident(code: str, terminals: int) -> None:
    """Issuer timeouts and network codes are such codes."""
    placing = Placing()
    placing.pay(code)
    assert placing.windows.incident.terminals == terminals


@pytest.mark.parametrize(
    ("hours", "is_marked"), [("Mo-Su 00:00-08:00", True), ("Mo-Su 00:00-24:00", False), ("", False)]
)
def test_a_transaction_outside_opening_hours_is_marked(hours: str, *, is_marked: bool) -> None:
    """The scene begins at 01:00 UTC, which is nine o'clock in Shanghai."""
    placing = Placing(terminal(opening_hours=hours, timezone="Asia/Shanghai" if hours else ""))
    placing.pay()
    assert bool(placing.history.marks(Kind.OFF_HOURS)) is is_marked


def test_a_calendar_has_its_say_in_what_is_off_hours() -> None:
    """On a day on which it closes the shop, every transaction is."""
    placing = Placing(terminal(opening_hours="24/7", timezone="Asia/Shanghai", calendar="own"))
    closed = Calendar(name="own", closed=frozenset({date(2026, 11, 21)}))
    placing.scene.fleet.follow(Plans(calendars={"own": closed}))
    placing.pay()
    assert placing.history.marks(Kind.OFF_HOURS)


def test_a_device_that_comes_back_under_an_id_is_a_conflict() -> None:
    """A replacement changes the serial number once; two devices in turn change it back."""
    placing = Placing()
    record, history = placing.windows.record_serial, placing.history
    assert not record(placing.watched, "A", "B", START)
    assert not history.marks(Kind.CONFLICT)
    assert record(placing.watched, "B", "A", START.ago(-60))
    assert [who for _, who in history.marks(Kind.CONFLICT).entries] == ["B / A"]


def test_a_device_that_comes_back_after_a_day_is_no_conflict() -> None:
    """A repaired device may return."""
    placing = Placing()
    placing.windows.record_serial(placing.watched, "A", "B", START)
    assert not placing.windows.record_serial(placing.watched, "B", "A", START.ago(-DAY_S - 1))


def test_serial_numbers_of_an_earlier_run_count() -> None:
    """The device record survives a restart, the marks do not."""
    placing = Placing()
    scene = placing.scene
    scene.say(serial_number="A")
    scene.pass_(60)
    scene.say(serial_number="B")
    scene.pass_(60)
    scene.say(serial_number="A")
    placing.watched.keep_events(None)
    scene.pass_(60)
    assert placing.windows.record_serial(placing.watched, "A", "B", scene.now)


def test_an_endpoint_elsewhere_is_one_mark_however_often_it_is_seen() -> None:
    """Every poll sees it again."""
    placing = Placing()
    for second in range(3):
        placing.windows.record_elsewhere(placing.watched, f"{ELSEWHERE}2", START.ago(-second))
    assert placing.history.marks(Kind.CONFLICT).entries == [(T + 2, f"{ELSEWHERE}2")]


def test_a_sweep_forgets_old_events_and_empty_histories() -> None:
    """A terminal that says nothing any more costs nothing in the end."""
    placing = Placing()
    placing.pay("55", CARD)
    placing.windows.unknown_ids.add("192.0.2.9", "x", START)
    placing.windows.sweep(START.ago(-MAX_AGE_S - RECENT_S - 1))
    assert not placing.history.times
    placing.windows.sweep(START.ago(-2 * MAX_AGE_S - 1))
    assert placing.watched.events is None
    assert CARD not in placing.windows.cards
    assert placing.windows.unknown_ids.get("192.0.2.9") is not None
    placing.windows.sweep(START.ago(-DAY_S - 1))
    assert placing.windows.unknown_ids.get("192.0.2.9") is None


def test_a_sweep_looks_at_a_portion_of_a_large_fleet() -> None:
    """The next one goes on with the others."""
    size = SWEPT_AT_ONCE + 1
    placing = Placing(*(terminal(number) for number in range(1, size + 1)))
    for watched in placing.scene.fleet:
        placing.windows.history_of(watched, START)
    placing.windows.sweep(START)
    assert sum(watched.events is not None for watched in placing.scene.fleet) == 1
    placing.windows.sweep(START)
    assert all(watched.events is None for watched in placing.scene.fleet)


def test_evictions_of_cards_and_sources_are_added_up() -> None:
    """Both are counted as one metric."""
    placing = Placing()
    placing.windows.cards.evicted = 2
    placing.windows.unknown_ids.evicted = 3
    assert placing.windows.evicted == 5


def test_heartbeats_alone_make_no_history() -> None:
    """Most terminals of most fleets report no events."""
    placing = Placing()
    placing.scene.poll(heartbeat=reading(serial_number="A"))
    assert placing.watched.events is None
