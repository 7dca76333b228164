import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.evaluation.annotation_refresh import EVERY_S, MOST_AT_ONCE
from monitor.domain.heartbeat.reading import Reading
from tests.scenes import Scene, reading, site, terminal

OUT_OF_PAPER = {"printer": {"status": "paper_out"}}
TAMPERED = {"pin_pad": {"status": "tampered"}}


def _tampered(terminal_id: str, percent: int) -> Reading:
    return reading(terminal_id, **TAMPERED, battery={"percent": percent})


def dark_site(scene: Scene, *numbers: int) -> None:
    """Let these terminals fail until their site is out."""
    for _ in range(5):
        for number in numbers:
            scene.fail(f"{10_000_000 + number}")
        scene.wait(30)


def test_an_outage_that_grows_says_so() -> None:
    """A firing alert's words follow what is known, with no transition and under the same labels."""
    scene = Scene(site("mall", 5))
    scene.poll("10000005")
    dark_site(scene, 1, 2, 3, 4)
    alert = scene.open()["SiteOffline", "/site/mall"]
    labels, steps = dict(alert.labels), len(scene.states("SiteOffline", "/site/mall"))
    scene.fail("10000005")
    scene.wait(EVERY_S + 1)
    assert alert.annotations["summary"] == "mall: 5 of 5 terminals of the site do not answer"
    assert alert.labels == labels
    assert len(scene.states("SiteOffline", "/site/mall")) == steps


def test_a_terminals_evidence_stays_fresh() -> None:
    """Evidence is what is known now, not what was known when the alert fired."""
    scene = Scene([terminal()])
    scene.say(**TAMPERED, battery={"percent": 80})
    scene.wait(1)
    scene.say(**TAMPERED, battery={"percent": 41})
    scene.wait(EVERY_S + 1)
    assert "battery: 41 %" in scene.open()["TerminalTampered", "10000001"].annotations["evidence"]


def test_words_are_looked_at_once_a_minute() -> None:
    """In between nothing is written, however often the rules tick."""
    scene = Scene([terminal()])
    scene.say(**TAMPERED, battery={"percent": 80})
    scene.wait(1)
    scene.say(**TAMPERED, battery={"percent": 41})
    scene.wait(EVERY_S - 5)
    assert "battery: 80 %" in scene.open()["TerminalTampered", "10000001"].annotations["evidence"]


def test_words_that_are_right_are_left_alone() -> None:
    """An alert about which nothing new is known keeps the very same words."""
    scene = Scene([terminal()])
    scene.say(**TAMPERED)
    words = scene.open()["TerminalTampered", "10000001"].annotations
    scene.wait(3 * EVERY_S)
    assert scene.open()["TerminalTampered", "10000001"].annotations is words


def test_what_is_about_to_resolve_keeps_its_words() -> None:
    """Once the condition is gone there is nothing left to describe."""
    scene = Scene(site("mall", 5), changes={"SiteOffline": {"keep_firing_s": 600}})
    dark_site(scene, 1, 2, 3, 4)
    scene.poll("10000001")
    scene.poll("10000002")
    scene.wait(2 * EVERY_S)
    alert = scene.open()["SiteOffline", "/site/mall"]
    assert alert.state is AlertState.FIRING
    assert alert.annotations["summary"] == "mall: 4 of 5 terminals of the site do not answer"


def test_a_condition_of_which_nothing_is_known_keeps_its_words() -> None:
    """An answer that leaves the printer out neither ends the alert nor empties its words."""
    scene = Scene([terminal()], changes={"PaperOut": {"for_s": 0}})
    scene.say(**OUT_OF_PAPER)
    words = scene.open()["PaperOut", "10000001"].annotations
    scene.say()
    scene.wait(EVERY_S + 1)
    assert scene.open()["PaperOut", "10000001"].annotations is words


@pytest.mark.parametrize("count", [MOST_AT_ONCE, 3 * MOST_AT_ONCE])
def test_a_round_reaches_every_alert(count: int) -> None:
    """However many alerts fire, a round takes a few per tick and leaves none out."""
    scene = Scene([terminal(number) for number in range(1, count + 1)])
    ids = [member.terminal.terminal_id for member in scene.fleet]
    for terminal_id in ids:
        scene.poll(terminal_id, _tampered(terminal_id, 80))
    scene.wait(1)
    for terminal_id in ids:
        scene.poll(terminal_id, _tampered(terminal_id, 41))
    scene.wait(EVERY_S + 5)
    fresh = [alert for alert in scene.open().values() if "battery: 41 %" in alert.annotations["evidence"]]
    assert len(fresh) == count
