from monitor.domain.digest.rule_tally import RuleTally


def tally() -> RuleTally:
    """Return a rule that has not fired."""
    return RuleTally(alertname="PaperOut", owner="shop", category="printer")


def test_a_rule_that_has_not_fired_has_no_mean() -> None:
    """Nothing is divided by nothing."""
    rule = tally()
    assert (rule.mean_s, rule.still_open) == (0.0, 0)


def test_hours_and_days_are_counted_in_utc() -> None:
    """A day counts once in each hour."""
    rule = tally()
    for wall in (0.0, 60.0, 86_400.0 + 3_599.0, 86_400.0 + 3_600.0):
        rule.began(wall)
    assert rule.by_hour == {0: 3, 1: 1}
    assert rule.days == {0: {0, 1}, 1: {1}}


def test_what_still_fires_is_not_short() -> None:
    """Only what ended within five minutes is."""
    rule = tally()
    rule.ended_after(299.0, is_open=False)
    rule.ended_after(301.0, is_open=False)
    rule.ended_after(5.0, is_open=True)
    assert (rule.short, rule.short_s, rule.ended, rule.longest_s, rule.total_s) == (
        1,
        [299.0],
        2,
        301.0,
        605.0,
    )
