from monitor.domain.alerts.subjects import MONITOR
from monitor.domain.self_monitoring.liveness import PollingProgress
from tests.scenes import Scene
from tests.unit.domain.subjects.kinds import subjects_of


def test_posmon_is_one_subject() -> None:
    """Its alerts have no labels of their own; its progress is known at the tick only."""
    scene = Scene()
    kind, progress = subjects_of(scene)[MONITOR], PollingProgress(silent_s=1.0)
    assert (kind.subject(progress), kind.title(progress)) == ("/posmon", "posmon")
    assert kind.labels(progress) == {}
    assert kind.find("", scene.now) is None
    assert kind.asked_at(progress, scene.now) is None
