from monitor.domain.calendars.escalation_policy import EscalationPolicy, levels_of

POLICIES = (
    EscalationPolicy(
        match={"severity": ("critical",), "owner": ("network", "field")}, after_s=(900.0, 2700.0)
    ),
    EscalationPolicy(match={"severity": ("critical",)}, after_s=(3600.0,)),
)


def test_the_first_policy_that_fits_counts() -> None:
    """All keys must agree."""
    assert levels_of({"severity": "critical", "owner": "field"}, POLICIES) == (900.0, 2700.0)
    assert levels_of({"severity": "critical", "owner": "shop"}, POLICIES) == (3600.0,)
    assert levels_of({"severity": "warning", "owner": "network"}, POLICIES) == ()
