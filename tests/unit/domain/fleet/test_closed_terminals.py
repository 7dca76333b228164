from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.trading_hours_book import TradingHoursBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet import closed_terminals
from monitor.domain.fleet.closed_terminals import ClosedTerminals
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.scenes import reading, result, terminal

SHANGHAI = ZoneInfo("Asia/Shanghai")
FAILED = PollResult(Outcome.TIMEOUT, 5.0)


def at(clock: str) -> Instant:
    """Return a moment of Shanghai's clock, on both clocks alike."""
    wall = datetime.fromisoformat(f"2026-11-{clock}").replace(tzinfo=SHANGHAI).timestamp()
    return Instant(wall, wall)


def shop(number: int = 1, hours: str = "Mo-Su 08:00-20:00", *, off: str | None = None) -> WatchedTerminal:
    """Return a terminal that answered at a moment last, or answers still."""
    zone = "Asia/Shanghai" if hours else ""
    row = terminal(number, opening_hours=hours, timezone=zone, calendar="own" if hours else "")
    watched = WatchedTerminal(row, rules=RuleBook().for_terminal(row), now=at("16T06:00"))
    good = at(off or "16T12:00")
    watched.absorb(result(reading(row.terminal_id)), good, clock_skew_s=None, steady=True)
    if off:
        watched.absorb(FAILED, good.ago(-30), clock_skew_s=None, steady=True)
    return watched


def closed() -> ClosedTerminals:
    """Return a count of nobody yet."""
    return ClosedTerminals(TradingHoursBook())


@pytest.mark.parametrize(
    ("watched", "now", "expected"),
    [
        (shop(off="16T20:00"), "16T20:01", True),
        (shop(off="16T19:30"), "16T19:45", True),
        (shop(off="16T19:30"), "16T19:44", False),
        (shop(off="16T18:59"), "16T22:00", False),
        (shop(), "16T22:00", False),
        (shop(hours="", off="16T20:00"), "16T20:01", False),
        (shop(hours="24/7", off="16T20:00"), "16T20:01", False),
    ],
)
def test_who_is_silent_while_its_shop_is_closed_is_expected_to_be(
    watched: WatchedTerminal, now: str, *, expected: bool
) -> None:
    """Judged when it moves."""
    terminals = closed()
    assert terminals.moved(watched, at(now)) is expected
    assert (watched.terminal.terminal_id in terminals) is expected
    until = at("17T08:15").wall if expected else None
    assert terminals.until(watched.terminal.terminal_id) == until
    assert len(terminals) == expected


def test_time_alone_changes_the_judgement() -> None:
    """At closing, and a quarter of an hour after opening; each comes once."""
    terminals, early, late = closed(), shop(1, off="16T19:10"), shop(2, off="16T12:00")
    assert not terminals.moved(early, at("16T19:11"))
    assert not terminals.moved(late, at("16T19:11"))
    assert [*terminals.turned(at("16T19:44"))] == []
    assert [*terminals.turned(at("16T19:45"))] == [early]
    assert "10000001" in terminals
    assert [*terminals.turned(at("16T19:46"))] == []
    assert [*terminals.turned(at("17T08:14"))] == []
    assert [*terminals.turned(at("17T08:15"))] == [early]
    assert len(terminals) == 0


def test_a_clock_that_is_set_back_is_followed() -> None:
    """What was closed is open again by that clock."""
    terminals, early = closed(), shop(1, off="16T19:10")
    assert terminals.moved(early, at("16T20:00"))
    assert [*terminals.turned(at("16T19:30"))] == [early]
    assert "10000001" not in terminals


def test_who_answers_or_leaves_is_forgotten() -> None:
    """Nothing is kept of it, and nobody is judged twice."""
    terminals, one, other = closed(), shop(1, off="16T20:00"), shop(2, off="16T20:00")
    terminals.moved(one, at("16T20:01"))
    terminals.moved(other, at("16T20:01"))
    one.absorb(result(reading("10000001")), at("16T20:05"), clock_skew_s=None, steady=True)
    assert not terminals.moved(one, at("16T20:05"))
    terminals.forget("10000002")
    terminals.forget("10000002")
    assert len(terminals) == 0
    assert [*terminals.turned(at("17T08:15"))] == []


def test_those_who_may_count_soon_are_named_once() -> None:
    """A minute before, so that who has been switched on meanwhile is found before it counts."""
    terminals, off, long_gone = closed(), shop(1, off="16T20:00"), shop(2, off="16T12:00")
    terminals.moved(off, at("16T20:01"))
    terminals.moved(long_gone, at("16T20:01"))
    assert [*terminals.waking(at("17T08:13"))] == []
    assert [*terminals.waking(at("17T08:14"))] == [off]
    assert [*terminals.waking(at("17T08:14"))] == []
    assert [*terminals.turned(at("17T08:15"))] == [off]
    assert [*terminals.waking(at("17T08:15"))] == []


def test_a_large_fleet_is_judged_in_turns() -> None:
    """No tick is long when all shops of a zone open."""
    terminals = closed()
    count = closed_terminals.LOOKED_AT + 10
    for number in range(count):
        terminals.moved(shop(number, off="16T20:00"), at("16T20:01"))
    assert len([*terminals.turned(at("17T08:15"))]) == closed_terminals.LOOKED_AT
    assert len(terminals) == 10
    assert len([*terminals.turned(at("17T08:15"))]) == 10
    assert [*terminals.turned(at("17T08:15"))] == []


def test_other_calendars_have_all_judged_again() -> None:
    """A holiday that is taken into force at noon; what changes comes with the next turn."""
    hours = TradingHoursBook()
    terminals, off = ClosedTerminals(hours), shop(1, off="16T12:00")
    assert not terminals.moved(off, at("16T12:01"))
    hours.replace({"own": Calendar(name="own", closed=frozenset({date(2026, 11, 16)}))})
    terminals.renew()
    assert "10000001" not in terminals
    assert [*terminals.turned(at("16T12:02"))] == [off]
    assert "10000001" in terminals
    hours.replace({})
    terminals.renew()
    assert terminals.until("10000001") is not None
    assert [*terminals.turned(at("16T12:03"))] == [off]
    assert terminals.until("10000001") is None
