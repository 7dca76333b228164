from monitor.domain.calendars.escalation_policy import EscalationPolicy
from monitor.domain.calendars.plans import Plans
from monitor.domain.on_call.unattended import UnattendedAlert
from tests.scenes import Scene, site
from tests.unit.domain.subjects.kinds import subjects_of


def test_what_is_no_level_of_an_alert_is_not_found() -> None:
    """A store may hold anything."""
    scene = Scene(site("mall", 1))
    scene.fleet.follow(Plans(escalation=(EscalationPolicy(match={}, after_s=(60.0,)),)))
    scene.say(printer={"status": "paper_out"})
    scene.wait(200)
    subjects = subjects_of(scene)
    for subject in ("/unattended", "/unattended/x/PaperOut/1", "/unattended/1", "/unattended/1/PaperOut"):
        assert subjects.find(subject, scene.now) is None
    kind, thing = subjects.find("/unattended/1/PaperOut/10000001", scene.now) or (None, None)
    assert isinstance(thing, UnattendedAlert)
    assert (thing.level, thing.after_s, thing.is_due) == (1, 60.0, True)
    assert kind is not None
    assert kind.title(thing) == "PaperOut 10000001"
    _, beyond = subjects.find("/unattended/7/PaperOut/10000001", scene.now) or (None, None)
    assert isinstance(beyond, UnattendedAlert)
    assert not beyond.is_due
