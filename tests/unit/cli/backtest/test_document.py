from monitor.cli.backtest.document import BacktestDocument, alert_of, rows_of
from monitor.domain.backtest.comparison import AlertComparison, Difference


def test_a_row_for_each_alert_that_differs() -> None:
    """Times are RFC 3339, durations whole seconds; alerts that are as before have none."""
    compared = AlertComparison("PaperOut", 2, 3, 1, 1, new=[Difference("1", 1_795_222_800.0, 0, 61.4)])
    document = BacktestDocument(
        recording="r",
        baseline="a",
        config="b",
        first_poll=None,
        last_poll=None,
        polls=1,
        unwatched=0,
        damaged_blocks=0,
        lost_polls=0,
        alerts=[alert_of(AlertComparison("PaperLow", 1, 1, 1, 1)), alert_of(compared)],
        not_backtested=(),
    )
    _, *rows = rows_of(document)
    assert rows == [("PaperOut", "new", "1", "2026-11-21T01:00:00.000Z", "0", "61")]
