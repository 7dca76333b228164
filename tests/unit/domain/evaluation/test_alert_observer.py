from dataclasses import replace

from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.rules import Rule, default_rule
from monitor.domain.alerts.subjects import SITE, TERMINAL
from monitor.domain.detectors.rule_book import RuleBook
from tests.scenes import Scene, reading, site, terminal
from tests.unit.domain.evaluation.parts import observer_of
from tests.unit.domain.subjects.kinds import subjects_of

RULES = RuleBook()
TAMPERED, PAPER = RULES["TerminalTampered"], RULES["PaperOut"]


def said(scene: Scene, **document: object) -> None:
    """Let the first terminal say something, past all rules."""
    heartbeat = reading(**document)  # type: ignore[arg-type]
    scene.watched().ingest(heartbeat, scene.now, clock_skew_s=None)


def test_a_terminal_s_alert_opens_with_labels_and_words() -> None:
    """Rules of which nothing is wrong open nothing."""
    scene = Scene([terminal(site="a")])
    said(scene, pin_pad={"status": "tampered"}, printer={"status": "ok"})
    (step,) = observer_of(scene).observe_terminal(scene.watched(), [PAPER, TAMPERED], scene.now)
    assert (step.alertname, step.subject, step.state) == (
        "TerminalTampered",
        "10000001",
        AlertState.FIRING,
    )
    assert step.labels["site"] == "a"
    assert "summary" in step.annotations


def test_only_the_rules_that_are_asked_move_an_alert() -> None:
    """An open alert whose rule is not asked stays open."""
    scene = Scene([terminal()])
    observer = observer_of(scene)
    said(scene, pin_pad={"status": "tampered"})
    observer.observe_terminal(scene.watched(), [TAMPERED], scene.now)
    said(scene, pin_pad={"status": "ok"})
    assert observer.observe_terminal(scene.watched(), [PAPER], scene.now) == []
    (step,) = observer.observe_terminal(scene.watched(), [TAMPERED], scene.now)
    assert step.state is AlertState.RESOLVED


def test_an_alert_that_another_replaces_ends() -> None:
    """The replacement must fire: a pending one replaces nothing."""
    scene = Scene([terminal()])
    observer = observer_of(scene)
    detector = replace(PAPER.detector, replaced_by="TerminalTampered", for_s=0.0)
    replaced: Rule = default_rule(detector)
    slow = replace(TAMPERED, for_s=60.0)
    said(scene, pin_pad={"status": "tampered"}, printer={"status": "paper_out"})
    observer.observe_terminal(scene.watched(), [slow, replaced], scene.now)
    assert {alert.alertname: alert.state for alert in scene.book} == {
        "TerminalTampered": AlertState.PENDING,
        "PaperOut": AlertState.FIRING,
    }
    scene.pass_(60)
    steps = observer.observe_terminal(scene.watched(), [slow, replaced], scene.now)
    assert [(step.alertname, step.state) for step in steps] == [
        ("TerminalTampered", AlertState.FIRING),
        ("PaperOut", AlertState.RESOLVED),
    ]


def test_a_disabled_rule_about_a_group_is_not_asked() -> None:
    """Rules of terminals are sorted out before."""
    scene = Scene(site("a", 3))
    for watched in scene.fleet:
        scene.fail(watched.terminal.terminal_id)
    for alert in list(scene.book):
        scene.book.close(alert, scene.now)
    observer, kind, group = observer_of(scene), subjects_of(scene)[SITE], scene.fleet.sites["a"]
    rule = RULES["SiteOffline"]
    assert observer.observe([replace(rule, enabled=False)], kind, group, scene.now) == []
    (step,) = observer.observe([rule], kind, group, scene.now)
    assert (step.alertname, step.subject) == ("SiteOffline", "/site/a")


def test_a_changed_label_gives_an_alert_another_identity() -> None:
    """Receivers know an alert by its labels: the old one ends and a new one goes on."""
    scene = Scene([terminal()])
    observer = observer_of(scene)
    said(scene, pin_pad={"status": "tampered"})
    observer.observe_terminal(scene.watched(), [TAMPERED], scene.now)
    (alert,) = scene.book
    own = {name: value for name, value in alert.labels.items() if name == "terminal_id"}
    assert observer.relabel(alert, TAMPERED, TERMINAL, own, scene.now) == []
    ended, begun = observer.relabel(alert, TAMPERED, TERMINAL, own | {"region": "north"}, scene.now)
    assert (ended.state, begun.state) == (AlertState.RESOLVED, AlertState.FIRING)
    assert begun.labels["region"] == "north"
    assert "region" not in ended.labels
