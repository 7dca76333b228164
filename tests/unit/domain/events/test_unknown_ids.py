"""Sources that push for terminals nobody knows, from the first id to the end of their alerts."""

import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.evaluation.annotation_refresh import EVERY_S
from monitor.domain.persistence.record import Remembered
from tests.scenes import Scene, terminal

PROBER = "/source/prober"


def probed(*, then_quiet_s: float) -> Scene:
    """Return a scene in which one source gave four unknown ids, and then nothing for a while."""
    scene = Scene([terminal()])
    for number in range(4):
        scene.take(scene.evaluation.ingest_unknown_id("prober", f"5000000{number}", scene.now))
        scene.wait(10)
    scene.wait(then_quiet_s)
    return scene


def test_probing_fires_once_and_ends_with_its_window() -> None:
    """Ids that were judged before open no alert again once the first has resolved."""
    scene = probed(then_quiet_s=1800)
    fired_and_over = [AlertState.FIRING, AlertState.RESOLVED]
    assert scene.states("TerminalIdProbing", PROBER) == fired_and_over


def test_unknown_id_of_a_source_fires_once_and_ends_with_its_window() -> None:
    """The same holds for the warning, whose window is longer."""
    scene = probed(then_quiet_s=3 * 3600)
    assert scene.states("UnknownTerminalId", PROBER) == [AlertState.FIRING, AlertState.RESOLVED]


def test_source_that_goes_on_keeps_its_alert() -> None:
    """Another id within the window makes the alert last, not come anew."""
    scene = probed(then_quiet_s=300)
    scene.take(scene.evaluation.ingest_unknown_id("prober", "60000000", scene.now))
    scene.wait(400)
    assert scene.states("TerminalIdProbing", PROBER) == [AlertState.FIRING]


def restarted(scene: Scene) -> Scene:
    """Return the scene after a restart, of which only the open alerts are left."""
    later = Scene()
    later.now = scene.now
    later.evaluation.restore(Remembered(alerts=list(scene.book)), later.now)
    later.add(terminal())
    later.note(later.evaluation.membership.end_restoration(later.now))
    return later


@pytest.mark.parametrize("alertname", ["TerminalIdProbing", "UnknownTerminalId"])
def test_what_a_source_gave_before_a_restart_stays_told(alertname: str) -> None:
    """The ids are remembered by nobody, so the words of the alert are left as they were."""
    before = probed(then_quiet_s=0)
    told = before.open()[alertname, PROBER].annotations
    after = restarted(before)
    after.wait(2 * EVERY_S)
    assert after.open()[alertname, PROBER].annotations == told


def test_a_source_whose_ids_are_forgotten_is_a_case_of_nothing() -> None:
    """A source that nobody remembers has no ids, and nothing fails for it."""
    scene = restarted(probed(then_quiet_s=0))
    gatherer = Gatherer(fleet=scene.fleet, book=scene.book, events=scene.event_tracker.queries)
    assert gatherer.of_source("prober") == Case(is_in_inventory=False)
