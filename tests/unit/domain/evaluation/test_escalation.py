from collections.abc import Sequence

from monitor.domain.alerts.alert import AlertState
from monitor.domain.calendars.escalation_policy import EscalationPolicy
from monitor.domain.calendars.plans import Plans
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from tests.scenes import Scene, site
from tests.unit.domain.on_call.test_board import acknowledgement

ANN = Author(name="ann", via=Via.CLI)
KEY = "PaperOut", "10000001"
FIRST, SECOND = (f"/unattended/{level}/PaperOut/10000001" for level in (1, 2))
POLICY = EscalationPolicy(match={"severity": ("critical",)}, after_s=(600.0, 1800.0))


def stage(*policies: EscalationPolicy) -> Scene:
    """Return a scene in which a terminal of a site has just run out of paper."""
    scene = Scene(site("mall", 2, region="east"))
    scene.fleet.follow(Plans(escalation=policies))
    scene.say(printer={"status": "paper_out"})
    scene.wait(61)
    assert KEY in scene.firing()
    return scene


def told(scene: Scene) -> Sequence[tuple[str, AlertState]]:
    """Return the steps of all levels, in order."""
    return [(step.subject, step.state) for step in scene.journal if step.alertname == "Unattended"]


def silenced(scene: Scene, seconds: float) -> None:
    """Silence the site."""
    silence = Silence(
        id="s1",
        matcher=Matcher({"site": ("mall",)}),
        starts_at=scene.now.wall,
        ends_at=scene.now.wall + seconds,
        by="ann",
        comment="works",
    )
    scene.evaluation.suppression.on_call.add(silence, ANN, scene.now.wall, matched=1)


def test_what_nobody_attends_to_is_told_level_by_level() -> None:
    """With the alert's place and owner, and until it is over; each level once."""
    scene = stage(POLICY)
    scene.wait(598)
    assert told(scene) == []
    scene.wait(4)
    assert told(scene) == [(FIRST, AlertState.FIRING)]
    labels = scene.open()["Unattended", FIRST].labels
    assert labels == {
        "alertname": "Unattended",
        "severity": "critical",
        "category": "posmon",
        "owner": "shop",
        "level": "1",
        "about": "PaperOut",
        "terminal_id": "10000001",
        "site": "mall",
        "region": "east",
    }
    assert (
        "not acknowledged for 10 minutes (level 1)"
        in scene.open()["Unattended", FIRST].annotations["summary"]
    )
    scene.wait(1200)
    assert told(scene)[1:] == [(SECOND, AlertState.FIRING)]
    scene.say(printer={"status": "ok"})
    scene.wait(2)
    assert sorted(told(scene)[2:]) == [(FIRST, AlertState.RESOLVED), (SECOND, AlertState.RESOLVED)]
    assert {step.labels["site"] for step in scene.journal if step.alertname == "Unattended"} == {"mall"}


def test_an_acknowledgement_ends_it_and_begins_the_clock_anew() -> None:
    """When it runs out, the first level comes again."""
    scene = stage(POLICY)
    scene.wait(610)
    board = scene.evaluation.suppression.on_call
    board.add(acknowledgement(scene, ends_at=scene.now.wall + 3600), ANN, scene.now.wall)
    scene.wait(2)
    assert told(scene)[1:] == [(FIRST, AlertState.RESOLVED)]
    scene.wait(3600 + 590)
    assert len(told(scene)) == 2
    scene.wait(20)
    assert told(scene)[2:] == [(FIRST, AlertState.FIRING)]


def test_a_silence_is_attention_too() -> None:
    """Somebody has looked at it."""
    scene = stage(POLICY)
    scene.wait(500)
    silenced(scene, 1000)
    scene.wait(1000 + 590)
    assert told(scene) == []
    scene.wait(20)
    assert told(scene) == [(FIRST, AlertState.FIRING)]


def test_the_clock_stands_while_something_else_holds_the_alert() -> None:
    """A quarter of an hour in maintenance does not count, what came before does."""
    scene = stage(POLICY)
    scene.wait(300)
    before = scene.open()[KEY].unattended_s
    assert 299 <= before <= 301
    for row in site("mall", 2, region="east", status=InventoryStatus.MAINTENANCE):
        scene.change(row)
    scene.wait(900)
    assert scene.open()[KEY].unattended_s - before < 2
    assert told(scene) == []


def test_without_a_policy_that_fits_nothing_is_counted() -> None:
    """Nor without any policy."""
    for policies in ((), (EscalationPolicy(match={"severity": ("info",)}, after_s=(1.0,)),)):
        scene = stage(*policies)
        scene.wait(1000)
        assert told(scene) == []
        assert scene.open()[KEY].unattended_s == 0.0


def test_a_policy_that_is_gone_ends_what_it_told() -> None:
    """At the next look."""
    scene = stage(POLICY)
    scene.wait(610)
    scene.fleet.follow(Plans())
    scene.wait(1)
    assert told(scene)[1:] == [(FIRST, AlertState.RESOLVED)]


def test_nobody_is_told_that_nobody_attends_to_what_was_told() -> None:
    """An Unattended is not escalated itself."""
    scene = stage(EscalationPolicy(match={}, after_s=(60.0,)))
    scene.wait(1000)
    assert {subject for subject, _ in told(scene)} == {FIRST}


def test_the_clock_is_saved_with_its_alert() -> None:
    """A restart goes on from there, give or take a minute."""
    scene = stage(POLICY)
    scene.book.drain_unsaved()
    scene.wait(130)
    saved = [alert for alert in scene.book.drain_unsaved() if alert.key == KEY]
    assert [120 <= alert.unattended_s <= 131 for alert in saved] == [True]
