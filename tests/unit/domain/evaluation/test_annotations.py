from typing import Any

from tests.scenes import Scene, site, terminal


class BrokenGatherer:
    """A gatherer of cases that fails whatever it is asked."""

    def __getattr__(self, name: str) -> Any:
        raise LookupError(name)


def test_words_never_cost_an_alert() -> None:
    """What cannot be explained fires all the same, with what its detector says, and tells why."""
    scene = Scene([*site("shop", 3), terminal(9)])
    scene.evaluation._annotations._gatherer = BrokenGatherer()  # type: ignore[assignment]
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
