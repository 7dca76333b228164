from monitor.domain.digest.rule_tally import RuleTally


def test_a_rule_that_has_not_fired_has_no_mean() -> None:
    """Nothing is divided by nothing."""
    rule = RuleTally(alertname="PaperOut", owner="shop", category="printer")
    assert (rule.mean_s, rule.still_open) == (0.0, 0)
