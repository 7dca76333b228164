from monitor.domain.backtest.testable import NOT_TESTABLE, TESTABLE
from monitor.domain.detectors.index import BY_NAME


def test_alerts_that_need_more_than_polls_are_left_out() -> None:
    """Those about transactions, log-ins and posmon itself are named as not tested; all others are tested."""
    assert TESTABLE.isdisjoint(NOT_TESTABLE)
    assert TESTABLE | {*NOT_TESTABLE} == {*BY_NAME}
    assert {"CardAttack", "OperatorLoginFailures", "Watchdog", "SourceUnreachable"} <= {*NOT_TESTABLE}
    assert {"TerminalOffline", "SiteOffline", "PaperOut", "ClockSkew", "FleetUnreachable"} <= TESTABLE
