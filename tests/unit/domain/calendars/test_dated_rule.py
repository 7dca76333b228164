from datetime import date

import pytest

from monitor.domain.calendars.dated_rule import BadDates, is_dated, parse_dates

CASES = [
    ("Dec 24", "2026-12-24", True),
    ("Dec 24", "2027-12-24", True),
    ("Dec 24", "2026-12-25", False),
    ("dec 24-26", "2026-12-26", True),
    ("Dec24 - 26", "2026-12-25", True),
    ("Dec 24-26", "2026-12-27", False),
    ("Nov 30-Dec 2", "2026-12-01", True),
    ("Dec 24-Jan 06", "2026-12-31", True),
    ("Dec 24-Jan 06", "2027-01-06", True),
    ("Dec 24-Jan 06", "2027-01-07", False),
    ("Dec 24-Jan 06", "2026-12-23", False),
    ("2026 Dec 24-Jan 06", "2027-01-06", True),
    ("2026 Dec 24-Jan 06", "2026-01-03", False),
    ("2026 Dec 24-2027 Jan 06", "2027-01-01", True),
    ("2026 Dec 24-2028 Jan 06", "2027-07-01", True),
    ("2026 Dec 31", "2027-12-31", False),
    ("Feb 29", "2028-02-29", True),
]


@pytest.mark.parametrize(("text", "day", "expected"), CASES)
def test_a_rule_covers_its_days_and_no_others(text: str, day: str, *, expected: bool) -> None:
    """With a year or in every year, and over the year's end."""
    assert parse_dates(text, ()).covers(date.fromisoformat(day)) is expected


@pytest.mark.parametrize(
    "text", ["Dec", "24 Dec", "Dec 0", "2027 Feb 29", "Dec 24-25-26", "2026 Dec 9-8", ""]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Days that no year has as well."""
    with pytest.raises(BadDates):
        parse_dates(text, ())


@pytest.mark.parametrize(
    ("text", "expected"), [("2026 x", True), ("decx", True), ("Mo", False), ("PH", False)]
)
def test_what_is_meant_as_a_date_is_seen(text: str, *, expected: bool) -> None:
    """So that its mistake is named as that of a date."""
    assert is_dated(text) is expected
