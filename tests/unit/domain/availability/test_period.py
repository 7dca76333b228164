from datetime import datetime

import pytest

from monitor.domain.availability.period import LONGEST_DAYS, Period, read_period
from monitor.domain.errors import InvalidAction

NOW = datetime.fromisoformat("2026-12-01T03:00:00+00:00").timestamp()
HOUR_S = 3600


def read(
    begin: str = "", end: str = "", month: str = "", timezone: str = "UTC", first: int | None = None
) -> Period:
    """Return a period as of NOW."""
    return read_period(begin=begin, end=end, month=month, timezone=timezone, now=NOW, first_second=first)


def seconds(text: str) -> int:
    """Return a time with its offset as unix seconds."""
    return int(datetime.fromisoformat(text).timestamp())


def test_days_begin_at_midnight_in_their_zone() -> None:
    """A month in which the clocks change has 743 or 745 hours."""
    period = read("2026-11-01", "2026-11-03", timezone="Asia/Shanghai")
    assert (period.since, period.until) == (
        seconds("2026-11-01T00:00+08:00"),
        seconds("2026-11-03T00:00+08:00"),
    )
    for month, hours in (("2026-03", 743), ("2026-10", 745), ("2026-02", 672), ("2025-12", 744)):
        period = read(month=month, timezone="Europe/Berlin")
        assert period.until - period.since == hours * HOUR_S


def test_where_midnight_is_skipped_the_day_begins_with_its_first_instant() -> None:
    """As in Beirut, where the clocks go forward at midnight."""
    assert read("2026-03-29", "2026-03-30", timezone="Asia/Beirut").since == seconds("2026-03-29T01:00+03:00")


def test_without_a_period_it_is_the_last_whole_month() -> None:
    """By the clock of the zone; where the history is no older than this month, this month until now."""
    assert read() == Period(
        since=seconds("2026-11-01T00:00Z"), until=seconds("2026-12-01T00:00Z"), timezone="UTC"
    )
    west = read(timezone="America/Los_Angeles")
    assert west.since == seconds("2026-10-01T00:00-07:00")
    young = read(first=seconds("2026-12-01T01:00Z"))
    assert (young.since, young.until) == (seconds("2026-12-01T00:00Z"), int(NOW))


def test_what_is_not_over_ends_now() -> None:
    """A month that runs, and a period without an end."""
    assert read(month="2026-12").until == int(NOW)
    assert read("2026-11-20").until == int(NOW)
    assert read("2026-11-20T10:00:00+08:00").since == seconds("2026-11-20T02:00Z")


@pytest.mark.parametrize(
    ("words", "field", "reason"),
    [
        ({"begin": "2026-11-02", "end": "2026-11-02"}, "to", "not after"),
        ({"begin": "2026-11-02", "end": "2026-11-01"}, "to", "not after"),
        ({"begin": "2026-12-02"}, "from", "future"),
        ({"month": "2027-01"}, "from", "future"),
        ({"begin": "2024-01-01", "end": "2026-11-01"}, "from", f"more than {LONGEST_DAYS} days"),
        (
            {"begin": "2026-10-01", "end": "2026-10-02", "first": seconds("2026-11-01T00:00Z")},
            "to",
            "first day",
        ),
        ({"end": "2026-11-01"}, "from", "needed"),
        ({"begin": "2026-11-31"}, "from", "no day"),
        ({"begin": "yesterday"}, "from", "no day"),
        ({"begin": "0001-01-01", "end": "2026-11-01", "timezone": "Asia/Shanghai"}, "from", ""),
        ({"month": "2026-13"}, "month", "no month"),
        ({"month": "9999-12"}, "month", "no month"),
        ({"month": "2026-11", "begin": "2026-11-01"}, "month", "one or the others"),
        ({"timezone": "Mars/Base"}, "timezone", "no time zone"),
        ({"timezone": "../../etc/passwd"}, "timezone", "no time zone"),
        ({"timezone": ""}, "timezone", "no time zone"),
    ],
)
def test_a_wrong_period_is_refused_by_its_field(words: dict[str, str], field: str, reason: str) -> None:
    """In words."""
    with pytest.raises(InvalidAction) as caught:
        read(**words)  # type: ignore[arg-type]
    faults = {fault.field: fault.reason for fault in caught.value.faults}
    assert reason in faults[field]
