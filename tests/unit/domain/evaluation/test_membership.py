from collections.abc import Mapping
from typing import Any

import pytest

from monitor.domain.alerts.alert import AlertState, Owner, Severity, Transition
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.membership import Membership
from monitor.domain.persistence.record import Remembered
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import UNAUTHORIZED, RoundResult
from tests.scenes import START, Scene, site, terminal

ID = "10000001"
TAMPERED = {"pin_pad": {"status": "tampered"}}


def membership(scene: Scene) -> Membership:
    """Return who says which terminals of a scene are watched."""
    return scene.evaluation.membership


def told(steps: list[Transition]) -> list[tuple[str, str, AlertState]]:
    """Return name, subject and state of each transition."""
    return [(step.alertname, step.subject, step.state) for step in steps]


def tampered(**row: Any) -> Scene:
    """Return a scene in which the only terminal is tampered with."""
    scene = Scene([terminal(**row)])
    scene.say(**TAMPERED)
    return scene


def rerun(scene: Scene, *rows: Any, changes: Mapping[str, Mapping[str, Any]] | None = None) -> Scene:
    """Return a run after `scene` with these inventory rows, not yet at the end of its restoration."""
    later = Scene(changes=changes)
    memories = [watched.memory(scene.now) for watched in scene.fleet]
    membership(later).restore(Remembered(alerts=[*scene.book], terminals=memories))
    for row in rows:
        later.add(row)
    return later


def test_a_new_terminal_is_up_and_is_saved() -> None:
    """No outage begins with a terminal that was not polled yet."""
    scene = Scene([terminal()])
    assert not scene.watched().is_down
    changes = scene.evaluation.dirty.drain_unsaved(scene.now)
    assert [memory.terminal_id for memory in changes.memories] == [ID]


def test_a_terminal_that_leaves_takes_its_alerts_along() -> None:
    """A firing one resolves, a pending one vanishes, and the store forgets the terminal."""
    scene = tampered()
    scene.say(**TAMPERED, printer={"status": "paper_out"})
    scene.evaluation.dirty.drain_unsaved(scene.now)
    steps = membership(scene).remove(ID, scene.now)
    assert set(told(steps)) == {
        ("TerminalTampered", ID, AlertState.RESOLVED),
        ("PaperOut", ID, AlertState.INACTIVE),
    }
    assert scene.fleet.get(ID) is None
    assert scene.evaluation.dirty.drain_unsaved(scene.now).forgotten == [ID]


@pytest.mark.parametrize("row", [terminal(7)])
def test_a_terminal_that_is_not_watched_can_neither_change_nor_leave(row: Any) -> None:
    """Whoever asks has lost count, which must not go unnoticed."""
    scene = Scene([terminal()])
    with pytest.raises(KeyError):
        membership(scene).remove(row.terminal_id, scene.now)
    with pytest.raises(KeyError):
        membership(scene).change(row, scene.now)


def test_a_new_label_ends_an_alert_and_begins_it_anew() -> None:
    """What the alert was stays: it fires on."""
    scene = tampered(site="a")
    steps = membership(scene).change(terminal(site="b"), scene.now)
    assert [step.state for step in steps] == [AlertState.RESOLVED, AlertState.FIRING]
    assert [step.labels["site"] for step in steps] == ["a", "b"]


def test_new_rules_reach_each_terminal_when_it_is_changed() -> None:
    """Until then it is evaluated by those of the configuration before."""
    scene = tampered()
    membership(scene).replace_rules(RuleBook({"TerminalTampered": {"enabled": False}}))
    assert scene.say(**TAMPERED) == []
    steps = membership(scene).change(terminal(), scene.now)
    assert told(steps) == [("TerminalTampered", ID, AlertState.RESOLVED)]


def test_a_disabled_rule_about_a_group_ends_its_alerts_at_the_end_of_a_reload() -> None:
    """Alerts of terminals end with each terminal's change."""
    scene = Scene(site("a", 3))
    for _ in range(4):
        for watched in scene.fleet:
            scene.fail(watched.terminal.terminal_id)
        scene.wait(30)
    membership(scene).replace_rules(RuleBook({"SiteOffline": {"enabled": False}}))
    steps = membership(scene).close_disabled(scene.now)
    assert told(steps) == [("SiteOffline", "/site/a", AlertState.RESOLVED)]


def test_a_restored_terminal_gets_its_memory_back() -> None:
    """It is remembered until it is added, and only then."""
    before = tampered()
    before.pass_(600)
    before.say(serial_number="A1")
    later = rerun(before)
    assert membership(later).remembers(ID)
    assert not membership(later).remembers("10000002")
    later.add(terminal())
    assert not membership(later).remembers(ID)
    assert later.watched().first_seen == START
    assert later.watched().serial_number == "A1"


def test_restored_alerts_are_open_at_once_and_agree_with_the_inventory_at_the_end() -> None:
    """One whose terminal left ends; one whose labels changed gets a new identity."""
    before = Scene([terminal(1), terminal(2, site="a")])
    before.say(**TAMPERED)
    before.poll("10000002", heartbeat=None)
    later = rerun(before, terminal(2, site="a"))
    assert later.firing() == {("TerminalTampered", ID)}
    steps = membership(later).end_restoration(later.now)
    assert ("TerminalTampered", ID, AlertState.RESOLVED) in told(steps)
    assert ID in later.evaluation.dirty.drain_unsaved(later.now).forgotten


def of_an_earlier_posmon(scene: Scene) -> Scene:
    """Let a scene's alerts have no owner, as those of a posmon that knew of none."""
    for alert in scene.book:
        del alert.labels["owner"]
    return scene


def test_an_upgrade_tells_of_no_alert_again() -> None:
    """An alert without an owner keeps its identity while it lasts, at the start and at each reload."""
    later = rerun(of_an_earlier_posmon(tampered()), terminal())
    assert membership(later).end_restoration(later.now) == []
    later.say(**TAMPERED)
    assert membership(later).change(terminal(), later.now) == []
    (alert,) = later.open().values()
    assert "owner" not in alert.labels
    later.say(pin_pad={"status": "ok"})
    later.say(**TAMPERED)
    assert later.open()["TerminalTampered", ID].labels["owner"] == "security"


def test_an_upgrade_tells_of_no_site_again() -> None:
    """Alerts about groups are compared at the first tick."""
    before = Scene(site("a", 3))
    for watched in before.fleet:
        before.fail(watched.terminal.terminal_id)
    before.wait(600)
    assert ("SiteOffline", "/site/a") in before.firing()
    later = rerun(of_an_earlier_posmon(before), *site("a", 3))
    steps = membership(later).end_restoration(later.now)
    steps += later.tick()
    assert "SiteOffline" not in {step.alertname for step in steps}
    assert later.open()["SiteOffline", "/site/a"].labels.keys() == {
        "alertname",
        "severity",
        "category",
        "site",
    }


def test_an_alert_that_became_quieter_ends_and_goes_on_quietly() -> None:
    """The severity is part of the identity; receivers of the louder one hear its end."""
    quieter = {"TerminalTampered": {"severity": Severity.INFO}}
    later = rerun(of_an_earlier_posmon(tampered()), terminal(), changes=quieter)
    steps = membership(later).end_restoration(later.now)
    assert told(steps) == [
        ("TerminalTampered", ID, AlertState.RESOLVED),
        ("TerminalTampered", ID, AlertState.FIRING),
    ]
    assert [step.labels.get("owner") for step in steps] == [None, "security"]


def test_another_owner_is_another_identity() -> None:
    """Who acts now has to hear of it."""
    later = rerun(tampered(), terminal(), changes={"TerminalTampered": {"owner": Owner.FIELD}})
    ended, begun = membership(later).end_restoration(later.now)
    assert (ended.labels["owner"], begun.labels["owner"]) == ("security", "field")


def test_a_restored_alert_whose_rule_is_disabled_ends() -> None:
    """The configuration may have changed while posmon did not run."""
    later = rerun(tampered(), terminal(), changes={"TerminalTampered": {"enabled": False}})
    steps = membership(later).end_restoration(later.now)
    assert told(steps) == [("TerminalTampered", ID, AlertState.RESOLVED)]


def test_a_restored_alert_waits_for_the_rest_of_its_hold() -> None:
    """It fires without another poll."""
    before = Scene([terminal()])
    before.say(printer={"status": "paper_out"})
    assert before.pending() == {("PaperOut", ID)}
    later = rerun(before, terminal())
    assert membership(later).end_restoration(later.now) == []
    later.say(printer={"status": "paper_out"})
    later.wait(3600)
    assert ("PaperOut", ID) in later.firing()


def test_without_an_earlier_run_there_is_nothing_to_end() -> None:
    """The first start remembers nobody."""
    scene = Scene([terminal()])
    assert not membership(scene).remembers(ID)
    assert membership(scene).end_restoration(scene.now) == []


def test_an_alert_about_a_source_ends_with_the_source() -> None:
    """Nobody asks it any more, so nothing else would end it; that of another source goes on."""
    scene = Scene([terminal()])
    for name in ("tills", "readers"):
        board = SourceBoard(name=name, kind="square", interval_s=60.0, stale_after_s=180.0)
        scene.fleet.sources[name] = board
        board.begin_round(scene.now)
        board.end_round(RoundResult(UNAUTHORIZED, "status 401"), scene.now)
    scene.wait(150)
    assert len([alert for alert in scene.book if alert.alertname == "SourceUnreachable"]) == 2
    del scene.fleet.sources["tills"]
    steps = membership(scene).close_disabled(scene.now)
    assert told(steps) == [("SourceUnreachable", "/terminal_source/tills", AlertState.RESOLVED)]
