from typing import Any

import pytest

from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.registration import SettlementLimits
from tests.unit.domain.detectors.judging import summary, verdict, watched

# The terminals are heard on Saturday, 2026-11-21, at 09:00 in Shanghai.
WEEK = "Mo-Fr 08:00-20:00"


@pytest.mark.parametrize(
    ("sentence", "settled_at", "hours", "expected"),
    [
        ("says nothing", None, "", "unknown"),
        ("thirty hours ago", "2026-11-19T19:00:00Z", "", "absent"),
        ("more than thirty hours ago", "2026-11-19T18:59:59Z", "", "present"),
        ("in the future, by a clock that is wrong", "2027-01-01T00:00:00Z", "", "absent"),
        ("the closed Saturday does not count", "2026-11-19T12:00:00Z", WEEK, "absent"),
        ("Thursday at three, and the whole Friday, do", "2026-11-19T07:00:00Z", WEEK, "present"),
        ("never", "1970-01-01T00:00:00Z", WEEK, "present"),
        ("before any calendar", "0001-01-01T00:00:00Z", WEEK, "present"),
        ("of a shop that opens in August", "2026-09-01T00:00:00Z", "Aug 1-31 08:00-20:00", "absent"),
    ],
)
def test_settlement(sentence: str, settled_at: str | None, hours: str, expected: str) -> None:
    """SettlementOverdue counts the days on which the shop opens."""
    row: dict[str, Any] = {"opening_hours": hours, "timezone": "Asia/Shanghai"} if hours else {}
    one = watched({"settled_at": settled_at}, **row)
    assert verdict("SettlementOverdue", one) is Verdict(expected), sentence


def test_a_settlement_is_dated_by_the_terminal_s_clock() -> None:
    """A clock that is a day ahead makes no settlement newer."""
    one = watched({"settled_at": "2026-11-20T12:00:00Z"})
    assert verdict("SettlementOverdue", one) is Verdict.ABSENT
    one.clock_skew_s = 86_400.0
    assert verdict("SettlementOverdue", one) is Verdict.PRESENT
    assert summary("SettlementOverdue", one) == "last settled 37 hours ago"


def test_settlement_limits_can_be_set() -> None:
    """A merchant that settles once a week."""
    one = watched({"settled_at": "2026-11-15T01:00:00Z"})
    limits = SettlementLimits(over_s=8 * 86_400)
    assert verdict("SettlementOverdue", one, limits=limits) is Verdict.ABSENT
    assert summary("SettlementOverdue", one) == "last settled 6 days ago"
    assert summary("SettlementOverdue", watched()) == "no settlement for too long"
