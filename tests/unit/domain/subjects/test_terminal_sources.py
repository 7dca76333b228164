from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, RoundResult
from tests.scenes import Scene

ALERT = ("SourceUnreachable", "/terminal_source/acquirer")


def board(name: str = "acquirer") -> SourceBoard:
    """Return the board of a source that was never asked."""
    return SourceBoard(name=name, kind="json", interval_s=60.0, stale_after_s=180.0)


def ended(source: SourceBoard, result: RoundResult, scene: Scene) -> None:
    """Let a round end now."""
    source.begin_round(scene.now)
    source.end_round(result, scene.now)


def test_a_source_that_is_away_is_one_alert() -> None:
    """It opens after its hold, names the source and what was seen, and ends when the source answers."""
    scene, source = Scene([]), board()
    scene.fleet.sources["acquirer"] = source
    ended(source, RoundResult(GOOD), scene)
    ended(source, RoundResult(Outcome.TIMEOUT, "no answer in time"), scene)
    scene.wait(60)
    assert ALERT not in scene.firing()
    scene.wait(61)
    assert ALERT in scene.firing()
    alert = scene.open()[ALERT]
    assert alert.labels["source"] == "acquirer"
    assert alert.annotations["evidence"].startswith("kind: json")
    assert "no answer in time" in alert.annotations["summary"]
    ended(source, RoundResult(GOOD), scene)
    scene.wait(1)
    assert ALERT not in scene.firing()


def test_a_source_that_was_never_asked_raises_nothing() -> None:
    """Posmon has just started."""
    scene = Scene([])
    scene.fleet.sources["acquirer"] = board()
    scene.wait(600)
    assert ALERT not in scene.open()
