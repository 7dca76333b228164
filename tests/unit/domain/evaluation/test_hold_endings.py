"""Ends that are announced before they come."""

from collections.abc import Sequence

from monitor.domain.alerts.alert import AlertState
from monitor.domain.calendars.opening_hours import parse_opening_hours
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.plans import Plans
from monitor.domain.calendars.schedule import Recurring
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from tests.scenes import Scene, reading, site, terminal
from tests.unit.domain.on_call.test_board import acknowledgement

ENDING = "HoldEnding"
ANN = Author(name="ann", via=Via.CLI)
PAPER = "PaperOut", "10000001"


def silenced(scene: Scene, seconds: float, silence_id: str = "s1", **match: str) -> Silence:
    """Silence what matches, the site unless told otherwise."""
    terms = {key: (value,) for key, value in (match or {"site": "mall"}).items()}
    silence = Silence(
        id=silence_id,
        matcher=Matcher(terms),
        starts_at=scene.now.wall,
        ends_at=scene.now.wall + seconds,
        by="ann",
        comment="works",
    )
    scene.evaluation.suppression.on_call.add(silence, ANN, scene.now.wall, matched=1)
    return silence


def held_scene(seconds: float = 3600.0, size: int = 1) -> Scene:
    """Return a scene in which a silence holds back that the terminals of a site are out of paper."""
    scene = Scene(site("mall", size, region="east"))
    for number in range(1, size + 1):
        terminal_id = f"{10_000_000 + number}"
        scene.poll(terminal_id, reading(terminal_id, printer={"status": "paper_out"}))
    scene.wait(60)
    assert PAPER in scene.firing()
    silenced(scene, seconds)
    return scene


def told(scene: Scene) -> Sequence[tuple[str, AlertState]]:
    """Return the steps of all announcements, in order: what ends, and the state."""
    found = [step for step in scene.journal if step.alertname == ENDING]
    return [(step.labels["hold"], step.state) for step in found]


FIRING, RESOLVED = AlertState.FIRING, AlertState.RESOLVED


def test_the_end_of_a_silence_is_announced_once() -> None:
    """A quarter of an hour before, with the labels that the held alerts share; it ends with the silence."""
    scene = held_scene(size=3)
    scene.wait(2695)
    assert told(scene) == []
    scene.wait(10)
    assert told(scene) == [("silence s1", FIRING)]
    (alert,) = (one for key, one in scene.open().items() if key[0] == ENDING)
    assert alert.labels == {
        "alertname": ENDING,
        "severity": "info",
        "category": "posmon",
        "owner": "shop",
        "site": "mall",
        "region": "east",
        "hold": "silence s1",
    }
    assert "3 alerts are then held no more" in alert.annotations["summary"]
    assert "silenced by ann: works" in alert.annotations["evidence"]
    scene.wait(880)
    assert len(told(scene)) == 1
    scene.wait(30)
    assert told(scene)[1:] == [("silence s1", RESOLVED)]
    scene.wait(600)
    assert len(told(scene)) == 2


def test_nothing_is_announced_where_nothing_is_held() -> None:
    """Nor of a short silence, nor of one that ends before another."""
    scene = Scene(site("mall", 1))
    scene.wait(5)
    silenced(scene, 3600)
    scene.wait(3700)
    short = held_scene(seconds=900)
    short.wait(1000)
    covered = held_scene()
    silenced(covered, 7200, "s2", alertname="PaperOut")
    covered.wait(3700)
    assert told(scene) == told(short) == told(covered) == []
    covered.wait(3000)
    assert told(covered) == [("silence s2", FIRING)]


def test_what_something_else_holds_is_not_counted() -> None:
    """A terminal in maintenance stays held when the silence ends."""
    scene = held_scene()
    scene.change(terminal(1, site="mall", region="east", status=InventoryStatus.MAINTENANCE))
    scene.wait(3700)
    assert told(scene) == []


def test_alerts_that_come_and_go_make_no_second_announcement() -> None:
    """It stays until what it announces is over."""
    scene = held_scene()
    scene.wait(2800)
    for _ in range(3):
        scene.say(printer={"status": "ok"})
        scene.wait(30)
        scene.say(printer={"status": "paper_out"})
        scene.wait(70)
    assert told(scene) == [("silence s1", FIRING)]


def test_who_ends_a_silence_early_ends_the_announcement() -> None:
    """At once."""
    scene = held_scene()
    scene.wait(2800)
    board = scene.evaluation.suppression.on_call
    board.end(board.silences["s1"], ANN, scene.now.wall)
    scene.wait(2)
    assert told(scene) == [("silence s1", FIRING), ("silence s1", RESOLVED)]


def test_nothing_but_its_name_holds_it_back() -> None:
    """A silence of the site is about the site's alerts, not about its own end."""
    scene = held_scene()
    scene.wait(2800)
    (alert,) = (one for key, one in scene.open().items() if key[0] == ENDING)
    suppression = scene.evaluation.suppression
    assert suppression.hold(alert, scene.now) is None
    silenced(scene, 3600, "s9", alertname=ENDING)
    assert suppression.hold(alert, scene.now) is not None
    assert [hold for hold, _ in told(scene)] == ["silence s1"]


def test_acknowledgements_and_windows_are_announced_too() -> None:
    """A window of every night anew each time; an acknowledgement without an end never."""
    scene = Scene(site("mall", 1, timezone="UTC"))
    nightly = PlannedWindow(name="nightly", schedule=Recurring(parse_opening_hours("Mo-Su 02:00-04:00")))
    scene.fleet.follow(Plans(windows=(nightly,)))
    scene.say(printer={"status": "paper_out"})
    scene.wait(3 * 3600 - 60)
    assert told(scene) == [("window nightly", FIRING)]
    other = held_scene(seconds=0.5)
    known = acknowledgement(other, ends_at=other.now.wall + 3600)
    other.evaluation.suppression.on_call.add(known, ANN, other.now.wall)
    other.wait(2710)
    assert told(other) == [(f"acknowledgement {known.id}", FIRING)]
