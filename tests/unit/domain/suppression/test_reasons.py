from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.plans import Plans
from monitor.domain.calendars.schedule import OnceOnly
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.domain.sources.board import SourceBoard
from monitor.domain.suppression.hold import HoldReason
from monitor.domain.suppression.reasons import matched_labels
from tests.fakes import START
from tests.scenes import Scene, site, terminal

ANN = Author(name="ann", via=Via.API)
TAMPERED: dict[str, Any] = {"pin_pad": {"status": "tampered"}, "printer": {"status": "paper_out"}}


def troubled() -> Scene:
    """Return a scene with a missing paper and a tampered PIN pad."""
    scene = Scene([replace_site("mall")])
    for _ in range(4):
        scene.say(**TAMPERED)
        scene.wait(30)
    return scene


def replace_site(site: str) -> Any:
    """Return a terminal of a site."""
    return terminal(1, site=site, region="east")


def silenced(scene: Scene, **terms: tuple[str, ...]) -> dict[str, HoldReason | None]:
    """Return what holds each alert that fires, under a silence."""
    silence = Silence(
        id="s1",
        matcher=Matcher(terms),
        starts_at=START.wall,
        ends_at=START.wall + 9000,
        by="ann",
        comment="works",
    )
    suppression = scene.evaluation.suppression
    suppression.on_call.add(silence, ANN, scene.now.wall, matched=0)
    found = {}
    for alert in (alert for alert in scene.book if alert.key in scene.firing() | {("Watchdog", "/posmon")}):
        hold = suppression.hold(alert, scene.now)
        found[alert.alertname] = hold.reason if hold else None
    return found


@pytest.mark.parametrize(
    ("terms", "held"),
    [
        ({"site": ("mall",)}, {"PaperOut"}),
        ({"terminal_id": ("10000001",)}, {"PaperOut"}),
        ({}, {"PaperOut"}),
        ({"site": ("pier",)}, set()),
        ({"severity": ("critical",)}, {"PaperOut"}),
        ({"category": ("security",)}, {"TerminalTampered"}),
        (
            {"alertname": ("TerminalTampered", "PaperOut"), "site": ("mall",)},
            {"TerminalTampered", "PaperOut"},
        ),
        ({"alertname": ("Watchdog",)}, set()),
    ],
)
def test_a_silence_holds_what_it_matches_and_security_only_by_name(
    terms: dict[str, tuple[str, ...]], held: set[str]
) -> None:
    """An attack during works in the shop is told. Nothing holds the watchdog."""
    found = silenced(troubled(), **terms)
    assert {"PaperOut", "TerminalTampered", "Watchdog"} <= set(found)
    assert {name for name, reason in found.items() if reason is HoldReason.SILENCE} == held


def test_all_that_holds_an_alert_is_named() -> None:
    """Each with its words and its end; those that people said keep what was told."""
    scene = troubled()
    silenced(scene, site=("mall",))
    (hold,) = scene.evaluation.suppression.holds(scene.open()["PaperOut", "10000001"], scene.now)
    assert (hold.by, hold.words, hold.until) == ("silence s1", "silenced by ann: works", START.wall + 9000)
    assert hold.keeps_told


def test_a_terminal_of_a_source_is_matched_by_its_source() -> None:
    """Its own alerts have no such label."""
    scene = Scene([terminal(1, endpoint="estate:1")])
    scene.fleet.sources["estate"] = SourceBoard(
        name="estate", kind="json", interval_s=60.0, stale_after_s=180.0
    )
    for _ in range(4):
        scene.say(printer={"status": "paper_out"})
        scene.wait(30)
    alert: Alert = scene.open()["PaperOut", "10000001"]
    watched = scene.fleet["10000001"]
    assert matched_labels(alert, watched, scene.fleet)["source"] == "estate"
    assert matched_labels(alert, None, scene.fleet) is alert.labels
    assert silenced(scene, source=("estate",))["PaperOut"] is HoldReason.SILENCE
    assert replace(alert).labels == alert.labels


@pytest.mark.parametrize(
    ("terms", "held"),
    [
        ({}, {"PaperOut"}),
        ({"site": ("mall",)}, {"PaperOut"}),
        ({"category": ("security",)}, {"TerminalTampered"}),
        ({"alertname": ("Watchdog", "PaperOut")}, {"PaperOut"}),
    ],
)
def test_a_window_holds_what_it_matches_and_security_only_by_name(
    terms: dict[str, tuple[str, ...]], held: set[str]
) -> None:
    """As a silence does."""
    scene = troubled()
    window = PlannedWindow(name="works", match=terms, schedule=OnceOnly(START.wall, START.wall + 9000))
    scene.fleet.follow(Plans(windows=(window,)))
    assert held_by(scene, HoldReason.WINDOW) == held


def test_a_closed_shop_holds_only_what_says_that_it_is_closed() -> None:
    """At one in the morning one terminal is off, and another has been opened and has no paper."""
    scene = Scene(site("mall", 2, opening_hours="Mo-Su 12:00-23:00", timezone="UTC"))
    for _ in range(4):
        scene.say(**TAMPERED)
        scene.fail("10000002")
        scene.wait(30)
    assert {"PaperOut", "TerminalTampered", "TerminalOffline"} <= {name for name, _ in scene.firing()}
    assert held_by(scene, HoldReason.CLOSED) == {"TerminalOffline"}


def held_by(scene: Scene, reason: HoldReason) -> set[str]:
    """Name the alerts that fire and that a reason holds."""
    suppression = scene.evaluation.suppression
    firing = [alert for alert in scene.book if alert.state is AlertState.FIRING]
    return {
        alert.alertname
        for alert in firing
        if reason in {hold.reason for hold in suppression.holds(alert, scene.now)}
    }
