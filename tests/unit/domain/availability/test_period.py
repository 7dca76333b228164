from datetime import UTC, datetime

import pytest

from monitor.domain.availability.period import InvalidReport, read_report_query
from monitor.domain.availability.report import GroupBy, ReportQuery


def at(*when: int) -> int:
    """Return unix seconds of a time in UTC."""
    return int(datetime(*when, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


NOW = at(2026, 12, 15, 12)
FIRST = at(2026, 10, 10)


def read(*, first_second: int | None = FIRST, **written: str) -> ReportQuery:
    """Read a query whose keys are written with `_` for `from`."""
    fields = {name.rstrip("_"): value for name, value in written.items()}
    return read_report_query(fields, now=float(NOW), first_second=first_second)


@pytest.mark.parametrize(
    ("since", "until", "begin", "end"),
    [
        ("2026-11", "2026-12", at(2026, 11, 1), at(2026, 12, 1)),
        ("2026-11-05", "2026-11-06", at(2026, 11, 5), at(2026, 11, 6)),
        ("2026-11-05T08:00+08:00", "2026-11-05T08:00Z", at(2026, 11, 5), at(2026, 11, 5, 8)),
        ("2026-01", "2026-11", at(2026, 1, 1), at(2026, 11, 1)),
        ("", "", at(2026, 11, 1), at(2026, 12, 1)),
        ("2026-12", "", at(2026, 12, 1), NOW),
        ("", "2026-12-01", at(2026, 11, 1), at(2026, 12, 1)),
    ],
)
def test_periods_are_written_as_people_write_them(since: str, until: str, begin: int, end: int) -> None:
    """Months, days and moments; the period ends before `to`."""
    query = read(from_=since, to=until)
    assert (query.since, query.until, query.by, query.timezone) == (begin, end, GroupBy.SITE, "UTC")


def test_days_begin_at_midnight_in_the_zone() -> None:
    """A November in Berlin, with the name of the zone kept."""
    query = read(from_="2026-11", to="2026-12", timezone="Europe/Berlin", by="region")
    assert (query.since, query.until) == (at(2026, 10, 31, 23), at(2026, 11, 30, 23))
    assert (query.by, query.timezone) == (GroupBy.REGION, "Europe/Berlin")


def test_a_young_posmon_reports_the_month_so_far() -> None:
    """There is no whole month yet."""
    query = read(first_second=at(2026, 12, 3))
    assert (query.since, query.until) == (at(2026, 12, 1), NOW)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"from_": "2027-01", "to": "2027-02"}, "from: lies in the future"),
        ({"from_": "2026-12", "to": "2027-01"}, "to: lies in the future"),
        ({"from_": "2026-12", "to": "2026-11"}, "to: is not after from"),
        ({"from_": "2026-11-05", "to": "2026-11-05"}, "to: is not after from"),
        ({"from_": "2026-01", "to": "2026-10"}, "to: is before the first day: posmon's history"),
        ({"from_": "2020-01", "to": "2026-11"}, "from: is more than 800 days before to"),
        ({"timezone": "Mars/Olympus"}, "timezone: 'Mars/Olympus' is no time zone"),
        ({"timezone": "../../etc/passwd"}, "is no time zone"),
        ({"by": "country"}, "by: 'country' is not one of terminal site merchant region model"),
        ({"from_": "yesterday"}, "from: 'yesterday' is no time"),
        ({"from_": "2026-02-30"}, "from: '2026-02-30' is no time"),
        ({"from_": "2026-13"}, "is no time"),
        ({"from_": "0000-01-01"}, "is no time"),
        ({"to": "2026-11-05T08:00"}, "to: '2026-11-05T08:00' has no time zone"),
        ({"to": "\x1b[31m" + 99 * "x"}, "..."),
    ],
)  # fmt: skip
def test_what_makes_no_report_is_refused(written: dict[str, str], reason: str) -> None:
    """With the field and the reason."""
    with pytest.raises(InvalidReport, match="request") as refusal:
        read(first_second=FIRST, **written)
    assert reason in str(refusal.value)
    assert "\x1b" not in str(refusal.value)


def test_every_fault_is_named() -> None:
    """At once."""
    with pytest.raises(InvalidReport) as refusal:
        read(from_="x", to="y", by="z", timezone="q")
    assert [fault.field for fault in refusal.value.faults] == ["timezone", "by", "from", "to"]


def test_without_history_there_is_no_report() -> None:
    """Nothing has been recorded yet."""
    with pytest.raises(InvalidReport, match="recorded nothing yet"):
        read(first_second=None)
