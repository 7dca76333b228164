from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.domain.calendars.calendar import Calendar
from monitor.domain.calendars.trading_hours_book import TradingHoursBook
from monitor.domain.inventory.terminal import Terminal

SHOP = Terminal(terminal_id="1", opening_hours="Mo-Su 08:00-20:00", timezone="Asia/Shanghai", calendar="own")
NOON = datetime(2026, 12, 31, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
CALENDARS = {"own": Calendar(name="own", closed=frozenset({date(2026, 12, 31)}))}


def test_terminals_alike_share_one_object() -> None:
    """A fleet has few different hours."""
    book = TradingHoursBook(CALENDARS)
    same = Terminal(
        terminal_id="2", opening_hours=SHOP.opening_hours, timezone=SHOP.timezone, calendar=SHOP.calendar
    )
    without = Terminal(terminal_id="3", opening_hours=SHOP.opening_hours, timezone=SHOP.timezone)
    elsewhere = Terminal(terminal_id="4", opening_hours=SHOP.opening_hours, timezone="Europe/Berlin")
    assert book.of(SHOP) is book.of(same)
    assert len({book.of(SHOP), book.of(without), book.of(elsewhere)}) == 3


def test_a_terminal_without_hours_has_none() -> None:
    """A zone alone says nothing."""
    assert TradingHoursBook().of(Terminal(terminal_id="1", timezone="Asia/Shanghai")) is None


def test_the_calendar_has_its_say() -> None:
    """Until another configuration has another one, or none."""
    book = TradingHoursBook(CALENDARS)
    closed = book.of(SHOP)
    assert closed is not None
    assert not closed.is_open(NOON)
    assert not book.replace(dict(CALENDARS))
    assert book.of(SHOP) is closed
    assert book.replace({})
    opened = book.of(SHOP)
    assert opened is not None
    assert opened.is_open(NOON)
