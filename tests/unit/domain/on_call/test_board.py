from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Author, OnCallMemory, Via
from monitor.domain.on_call.board import OnCallBoard
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from tests.fakes import START
from tests.scenes import Scene, terminal

ANN = Author(name="ann", via=Via.CLI)
OUT = {"status": "paper_out"}
KEY = "PaperOut", "10000001"


def silence(name: str = "s1", until_s: float = 600.0, **terms: tuple[str, ...]) -> Silence:
    """Return a silence that begins at START."""
    return Silence(
        id=name,
        matcher=Matcher(terms),
        starts_at=START.wall,
        ends_at=START.wall + until_s,
        by="ann",
        comment="works",
    )


def window(name: str, **fields: Any) -> OperatorWindow:
    """Return a window about a site."""
    matcher = Matcher({"site": ("mall",)})
    return OperatorWindow(id=name, name=name, matcher=matcher, by="ann", comment="works", **fields)


def out_of_paper() -> Scene:
    """Return a scene in which a terminal has no paper."""
    scene = Scene([terminal()])
    for _ in range(4):
        scene.say(printer=OUT)
        scene.wait(30)
    assert KEY in scene.firing()
    return scene


def acknowledgement(scene: Scene, name: str = "a1", **changes: object) -> Acknowledgement:
    """Return an acknowledgement of the missing paper."""
    alert = scene.open()[KEY]
    made = Acknowledgement(
        id=name,
        alertname=alert.alertname,
        subject=alert.subject,
        labels=alert.labels,
        starts_at=alert.since.wall,
        severity=alert.severity,
        cause="",
        at=scene.now.wall,
        ends_at=None,
        by="ann",
        comment="on my way",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_what_is_said_is_recorded_with_its_author() -> None:
    """Numbers go on from the run before."""
    board = OnCallBoard()
    board.restore(OnCallMemory(rules=[silence("old", site=("pier",))], last_action=41))
    board.add(silence(site=("mall",)), ANN, START.wall, matched=3)
    changes = board.drain_unsaved()
    (action,) = changes.actions
    assert (action.number, action.by, action.via, action.what) == (42, "ann", Via.CLI, "silence.add")
    assert (action.target, action.comment, action.matched) == ("s1", "works", 3)
    assert [rule.id for rule in changes.rules] == ["s1"]
    assert board.drain_unsaved().actions == []
    assert set(board.silences) == {"old", "s1"}


def test_a_silence_ends_by_itself_and_the_record_says_so() -> None:
    """At its time, by posmon."""
    board, scene = OnCallBoard(), Scene([terminal()])
    board.add(silence(until_s=60.0), ANN, START.wall, matched=0)
    board.drain_unsaved()
    board.tick(scene.book, START.ago(-59))
    assert "s1" in board.silences
    board.tick(scene.book, START.ago(-60.5))
    assert board.silences == {}
    changes = board.drain_unsaved()
    assert list(changes.ended) == ["s1"]
    assert [(one.by, one.what, one.comment) for one in changes.actions] == [
        ("posmon", "silence.end", "its time has run out")
    ]


def test_ending_one_of_two_silences_ends_only_that_one() -> None:
    """Both held the alert."""
    board = OnCallBoard()
    first, second = silence("s1", site=("mall",)), silence("s2", region=("east",))
    for each in (first, second):
        board.add(each, ANN, START.wall, matched=1)
    labels = {"site": "mall", "region": "east"}
    assert {one.id for one in board.silences_of(labels, START.wall)} == {"s1", "s2"}
    board.end(first, ANN, START.wall, "done")
    assert {one.id for one in board.silences_of(labels, START.wall)} == {"s2"}


def test_an_acknowledgement_ends_with_its_alert() -> None:
    """The next one is nobody's yet."""
    scene = out_of_paper()
    board = scene.evaluation.suppression.on_call
    board.add(acknowledgement(scene), ANN, START.wall)
    assert scene.suppressor(scene.open()[KEY]) == "acknowledgement a1"
    scene.say(printer={"status": "ok"})
    scene.wait(5)
    assert KEY not in scene.open()
    assert board.acknowledgements == {}
    last = board.drain_unsaved().actions[-1]
    assert (last.what, last.by, last.comment) == ("ack.end", "posmon", "the alert has ended")


@pytest.mark.parametrize(("away_s", "is_held"), [(60, True), (400, False)])
def test_an_acknowledgement_outlives_a_recovery_as_long_as_it_says(away_s: int, is_held: bool) -> None:
    """Five minutes here; then the alert is another."""
    scene = out_of_paper()
    board = scene.evaluation.suppression.on_call
    board.add(acknowledgement(scene, outlives_recovery_s=300.0), ANN, START.wall)
    scene.say(printer={"status": "ok"})
    scene.wait(away_s)
    for _ in range(4):
        scene.say(printer=OUT)
        scene.wait(30)
    assert KEY in scene.firing()
    assert (scene.suppressor(scene.open()[KEY]) == "acknowledgement a1") is is_held
    assert bool(board.acknowledgements) is is_held


def test_a_later_acknowledgement_takes_the_place_of_an_earlier_one() -> None:
    """One alert, one who works on it."""
    scene = out_of_paper()
    board = scene.evaluation.suppression.on_call
    board.add(acknowledgement(scene), ANN, START.wall)
    board.add(acknowledgement(scene, "a2", by="bob"), ANN, START.wall)
    assert scene.suppressor(scene.open()[KEY]) == "acknowledgement a2"
    assert board.find("a1") is None
    changes = board.drain_unsaved()
    assert (list(changes.ended), [rule.id for rule in changes.rules]) == (["a1"], ["a2"])


def test_a_window_is_opened_recorded_and_ends_by_itself() -> None:
    """One that recurs ends when somebody ends it."""
    board, scene = OnCallBoard(), Scene([terminal()])
    once, again = window("w1", begin=START.wall, end=START.wall + 60), window("w2", every="Mo-Su 02:00-04:00")
    before = board.windows
    for each in (once, again):
        board.add(each, ANN, START.wall, matched=2)
    assert board.windows is not before
    assert board.find("w2") is again
    board.tick(scene.book, START.ago(-61))
    assert set(board.windows) == {"w2"}
    board.end(again, ANN, START.wall + 61)
    changes = board.drain_unsaved()
    assert [(one.what, one.by) for one in changes.actions] == [
        ("window.add", "ann"),
        ("window.add", "ann"),
        ("window.end", "posmon"),
        ("window.end", "ann"),
    ]
    assert changes.actions[1].details["every"] == "Mo-Su 02:00-04:00"


def test_restored_rules_are_in_force() -> None:
    """A restart changes nothing for the people on call."""
    scene = out_of_paper()
    board = OnCallBoard()
    board.restore(OnCallMemory(rules=[silence(site=("mall",)), acknowledgement(scene)]))
    assert [one.id for one in board.silences_of({"site": "mall"}, START.wall)] == ["s1"]
    assert board.acknowledgement_of(scene.open()[KEY], scene.now.wall) is not None
    assert board.find("s1") is not None
    assert board.find("nothing") is None


def test_the_record_says_when_a_silence_was_made_not_when_it_begins() -> None:
    """One may begin tomorrow."""
    board = OnCallBoard()
    board.add(replace(silence(), starts_at=START.wall + 300), ANN, START.wall, matched=0)
    assert [one.at for one in board.drain_unsaved().actions] == [START.wall]


def test_what_cannot_be_recorded_is_not_in_force() -> None:
    """A time that no calendar has, of a store that somebody has written."""
    board = OnCallBoard()
    with pytest.raises(ValueError, match="year"):
        board.add(replace(silence(), ends_at=1e14), ANN, START.wall)
    assert board.silences == {}
    assert board.drain_unsaved().rules == []
