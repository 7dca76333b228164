from monitor.domain.alerts.rules import Rule
from monitor.domain.instant import Instant
from monitor.domain.subjects.groups import Sites
from monitor.domain.subjects.kind import Thing, Words
from monitor.domain.subjects.table import KINDS
from monitor.domain.subjects.terminals import Terminals
from tests.scenes import Scene, site, terminal


class UnexplainedTerminals(Terminals):
    """Terminals whose gathering of facts fails."""

    def explain(self, rule: Rule, _thing: Thing, _now: Instant) -> Words:
        """Fail."""
        raise LookupError(rule.alertname)


class UnexplainedSites(Sites):
    """Sites whose gathering of facts fails."""

    def explain(self, rule: Rule, _thing: Thing, _now: Instant) -> Words:
        """Fail."""
        raise LookupError(rule.alertname)


def test_words_never_cost_an_alert() -> None:
    """What cannot be explained fires all the same, with what its detector says, and tells why."""
    broken = (UnexplainedTerminals, UnexplainedSites)
    kinds = [kind for kind in KINDS if not any(issubclass(one, kind) for one in broken)]
    scene = Scene([*site("shop", 3), terminal(9)], kinds=[*broken, *kinds])
    for _ in range(2):
        for number in (1, 2, 3):
            scene.fail(f"{10_000_000 + number}")
        scene.pass_(30)
    scene.hear(*(scene.transaction("99") for _ in range(3)), terminal_id="10000009")
    scene.wait(120)
    alerts = {alert.alertname: alert for alert in scene.book}
    for alertname in ("TerminalOffline", "SiteOffline", "PinDataFault"):
        words = alerts[alertname].annotations
        assert words["summary"]
        assert "cause" not in words
    failures = scene.evaluation.drain_failures()
    assert {name for name, _ in failures} >= {"TerminalOffline", "SiteOffline", "PinDataFault"}
    assert scene.evaluation.drain_failures() == []
