from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet.poll_history import HISTORY_POLLS
from monitor.domain.fleet.watched_terminal import RESTARTS_KEPT, WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.scenes import START, reading, terminal

RULES = RuleBook()


class Device:
    """A watched terminal and a clock; `at` are seconds since it was first watched."""

    def __init__(self, **row: Any) -> None:
        described = terminal(**row)
        self.watched = WatchedTerminal(described, rules=RULES.for_terminal(described), now=START)

    def answers(self, at: float, terminal_id: str = "10000001", **document: Any) -> None:
        """Let a poll bring a heartbeat."""
        poll = PollResult(Outcome.OK, 0.02, reading(terminal_id, **document))
        self.watched.absorb(poll, START.ago(-at), clock_skew_s=None, steady=True)

    def fails(self, at: float, outcome: Outcome = Outcome.TIMEOUT) -> None:
        """Let a poll fail."""
        poll = PollResult(outcome, 5.0, None, "no answer")
        self.watched.absorb(poll, START.ago(-at), clock_skew_s=None, steady=True)

    def pushes(self, at: float, **document: Any) -> None:
        """Let it push a heartbeat."""
        self.watched.ingest(reading(**document), START.ago(-at), clock_skew_s=None)

    def rerun(self, at: float) -> "Device":
        """Return the terminal as a run remembers it that begins then."""
        later = Device()
        later.watched.recall(self.watched.memory(self.now(at)), self.now(at))
        return later

    @staticmethod
    def now(at: float) -> Instant:
        """Return so many seconds after it was first watched."""
        return START.ago(-at)


def test_a_failed_poll_keeps_the_last_reading() -> None:
    """What it said is still what is known of it."""
    device = Device()
    device.answers(0, battery={"percent": 80})
    device.fails(30)
    device.fails(60, Outcome.DNS)
    watched = device.watched
    assert (watched.failures, watched.outcome, watched.detail) == (2, Outcome.DNS, "no answer")
    assert watched.battery_percent == 80
    assert watched.last_good == START
    device.answers(90)
    assert watched.failures == 0


@given(st.lists(st.booleans(), max_size=40))
def test_the_history_has_one_bit_for_each_of_the_last_polls(polls: list[bool]) -> None:
    """The newest is the lowest."""
    device = Device()
    for at, is_good in enumerate(polls):
        if is_good:
            device.answers(float(at))
        else:
            device.fails(float(at))
    recent = polls[-HISTORY_POLLS:]
    assert device.watched.polls_seen == len(recent)
    bits = [bool(device.watched.history >> place & 1) for place in range(len(recent))]
    assert bits[::-1] == recent


def test_an_unchanged_heartbeat_keeps_the_reading_object() -> None:
    """A quiet fleet allocates nothing; the time of the last heartbeat follows."""
    device = Device()
    device.answers(0, serial_number="A1", uptime_seconds=10)
    kept = device.watched.reading
    device.watched.mark_saved()
    device.answers(30, serial_number="A1", uptime_seconds=40)
    assert device.watched.reading is kept
    assert kept is not None
    assert kept.uptime_seconds == 40
    assert not device.watched.is_unsaved


def test_a_heartbeat_of_another_is_not_kept() -> None:
    """It names whom the endpoint answers as, until the terminal answers itself again."""
    device = Device()
    device.answers(0, serial_number="A1")
    device.answers(30, "10000077", serial_number="Z9")
    assert device.watched.claimed_id == "10000077"
    assert device.watched.claim is not None
    assert device.watched.serial_number == "A1"
    claim = device.watched.claim
    device.answers(60, "10000077")
    assert device.watched.claim is claim
    device.answers(90, "10000078")
    assert device.watched.claim is not claim
    device.answers(120)
    assert device.watched.claimed_id == ""
    assert not device.watched.claim


def test_a_source_that_leaves_the_id_empty_means_this_terminal() -> None:
    """A vendor's cloud knows it by another name."""
    device = Device()
    device.answers(0, "", serial_number="A1")
    assert device.watched.claimed_id == ""
    assert device.watched.reading is not None
    assert device.watched.reading.terminal_id == "10000001"


def test_a_push_says_nothing_of_polls() -> None:
    """A terminal whose endpoint fails, or answers as another, may still push."""
    device = Device()
    device.answers(0, "10000077")
    device.fails(30)
    device.pushes(60, serial_number="A1")
    watched = device.watched
    assert (watched.is_down, watched.claimed_id, watched.serial_number) == (True, "10000077", "A1")
    assert watched.last_good == START


@pytest.mark.parametrize("endpoint", ["", "push:"])
def test_a_terminal_without_an_endpoint_is_reached_by_its_pushes(endpoint: str) -> None:
    """It is as alive as its last push."""
    device = Device(endpoint=endpoint)
    device.pushes(60)
    assert device.watched.last_good == Device.now(60)


def test_a_fall_of_the_uptime_is_a_restart() -> None:
    """It is dated by the heartbeat that first showed it, once a second confirms it."""
    device = Device()
    device.answers(0, uptime_seconds=100_000)
    device.watched.mark_saved()
    device.answers(60, uptime_seconds=10)
    device.answers(120, uptime_seconds=70)
    assert device.watched.restarts == (START.monotonic + 60,)
    assert device.watched.is_unsaved


def test_restarts_are_bounded() -> None:
    """The latest are kept."""
    device = Device()
    for boot in range(RESTARTS_KEPT + 5):
        device.answers(boot * 2000.0, uptime_seconds=1)
        device.answers(boot * 2000.0 + 1000, uptime_seconds=1001)
    restarts = device.watched.restarts
    assert len(restarts) == RESTARTS_KEPT
    assert list(restarts) == sorted(restarts)
    assert restarts[-1] == pytest.approx(START.monotonic + (RESTARTS_KEPT + 4) * 2000.0, abs=2)


def test_what_changed_is_written_into_the_device_record() -> None:
    """The first word is no change, and a field that is left out is not forgotten."""
    device = Device()
    device.answers(0, serial_number="A1", firmware_version="1")
    device.answers(30, serial_number="B2")
    (change,) = device.watched.changes
    assert (change.what, change.before, change.after) == ("serial_number", "A1", "B2")
    assert device.watched.firmware_version == "1"


def test_a_battery_of_zero_counts_only_for_a_device_with_a_battery() -> None:
    """Devices on mains report 0."""
    mains, mobile = Device(), Device()
    mains.answers(0, battery={"percent": 0})
    mobile.answers(0, battery={"percent": 0, "charging": False})
    assert mains.watched.battery_percent is None
    assert mobile.watched.battery_percent == 0


def test_a_memory_brings_the_terminal_back_as_it_was() -> None:
    """One that was down is down since then, and nothing is to be saved."""
    device = Device()
    device.answers(0, serial_number="A1", uptime_seconds=100_000)
    device.answers(60, serial_number="A1", uptime_seconds=10)
    device.answers(120, serial_number="A1", uptime_seconds=70)
    device.fails(150)
    later = device.rerun(200).watched
    before = device.watched
    for name in ("first_seen", "last_good", "failures", "outcome", "history", "polls_seen", "changes"):
        assert getattr(later, name) == getattr(before, name)
    assert later.restarts == pytest.approx(before.restarts)
    assert later.serial_number == "A1"
    assert later.is_down
    assert not later.is_unsaved


def test_a_memory_of_an_unknown_outcome_or_too_long_a_history_is_cut() -> None:
    """A later version may have written it."""
    device = Device()
    device.fails(0)
    memory = device.watched.memory(START)
    memory = replace(memory, outcome="no_such_outcome", history=2**40 - 1, polls_seen=40)
    later = Device().watched
    later.recall(memory, START)
    assert later.outcome is None
    assert later.polls_seen == HISTORY_POLLS
    assert later.history < 2**HISTORY_POLLS
    assert later.is_down


def test_a_new_inventory_row_is_a_change_only_where_it_says_something_of_the_device() -> None:
    """A renamed shop is none; another address is."""
    device = Device()
    watched = device.watched
    watched.mark_saved()
    watched.change(terminal(merchant_name="New name"), watched.rules, Device.now(60))
    assert (watched.changes, watched.is_unsaved) == ((), False)
    watched.change(terminal(endpoint="http://192.0.2.99:1/"), watched.rules, Device.now(60))
    assert [change.what for change in watched.changes] == ["endpoint"]
    assert watched.is_unsaved
