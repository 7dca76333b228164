from structlog.testing import capture_logs

from monitor.domain.self_monitoring.liveness import LivenessCheck
from monitor.services.liveness_watch import LOOK_EVERY_S, LivenessWatch
from tests.fakes import FakeClock, FakeServiceManager
from tests.running import running


class Stage:
    """Two parts whose silence the test sets."""

    def __init__(self, *, watchdog_s: float | None = None) -> None:
        self.clock = FakeClock()
        self.manager = FakeServiceManager(watchdog_s=watchdog_s)
        self.silent = {"scheduler": 0.0, "pipeline": 0.0}
        self.liveness_watch = LivenessWatch(
            liveness_checks=self.liveness_checks, manager=self.manager, clock=self.clock
        )

    def liveness_checks(self) -> list[LivenessCheck]:
        """Return the parts' liveness checks."""
        return [
            LivenessCheck(part=part, silent_s=silent_s, patience_s=10)
            for part, silent_s in self.silent.items()
        ]


async def test_the_service_manager_hears_three_times_per_period() -> None:
    """So that one look that comes late does not restart posmon."""
    stage = Stage(watchdog_s=60.0)
    async with running(stage.liveness_watch.run()):
        await stage.clock.advance(60.0)
    assert stage.manager.said == ["alive"] * 4


async def test_without_a_service_manager_it_is_looked_all_the_same() -> None:
    """A stuck part is logged."""
    stage = Stage()
    stage.silent["pipeline"] = 11.0
    with capture_logs() as logs:
        async with running(stage.liveness_watch.run()):
            await stage.clock.advance(3 * LOOK_EVERY_S)
    assert [(entry["event"], entry["part"]) for entry in logs] == [("part.stuck", "pipeline")]


def test_one_stuck_part_silences_the_whole() -> None:
    """The others getting on is not enough; once it moves again the service manager hears of it."""
    stage = Stage()
    stage.silent["scheduler"] = 10.1
    stage.liveness_watch.check()
    assert stage.manager.said == []
    stage.silent["scheduler"] = 10.0
    with capture_logs() as logs:
        stage.liveness_watch.check()
    assert stage.manager.said == ["alive"]
    assert [(entry["event"], entry["part"]) for entry in logs] == [("part.recovered", "scheduler")]
