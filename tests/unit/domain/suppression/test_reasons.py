from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts.alert import Alert
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.domain.sources.board import SourceBoard
from monitor.domain.suppression.hold import HoldReason
from monitor.domain.suppression.reasons import matched_labels
from tests.fakes import START
from tests.scenes import Scene, terminal

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
