"""The words of alerts have the limits in force."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.adapters.runbook_files import load_runbooks
from monitor.domain.alerts.rules import Override
from monitor.domain.inventory.selector import Selector
from monitor.domain.runbooks.advice import AdviceBook
from tests.scenes import Scene, reading, terminal

RUNBOOKS = load_runbooks()
WINDOW = {"window_s": 420.0}


def _wrong_pins(scene: Scene) -> None:
    scene.hear(*[scene.transaction("55", f"tok_{number}") for number in range(12)])


def _one_card(scene: Scene) -> None:
    for terminal_id in ("10000001", "10000002"):
        scene.hear(*[scene.transaction("55", "tok_a") for _ in range(3)], terminal_id=terminal_id)


def _restarts(scene: Scene) -> None:
    for uptime in (4000, 20, 10, 5, 35):
        scene.say(uptime_seconds=uptime)
        scene.pass_(30)


def _strange_ids(scene: Scene) -> None:
    for number in range(4):
        scene.take(scene.evaluation.ingest_unknown_id("till", f"7000000{number}", scene.now))


STORIES: list[tuple[str, Callable[[Scene], Any]]] = [
    ("PinFailuresOnTerminal", _wrong_pins),
    ("PinFailuresOnCard", _one_card),
    ("PinFailuresAcrossTerminals", _one_card),
    ("PinDataFault", lambda scene: scene.hear(*[scene.transaction("99") for _ in range(3)])),
    ("OperatorLoginFailures", lambda scene: scene.hear(*[scene.log_in() for _ in range(5)])),
    ("UnknownTerminalId", lambda scene: scene.hear(scene.transaction("97"))),
    ("RepeatedTransactions", lambda scene: scene.hear(*[scene.transaction("00", "tok_a") for _ in range(6)])),
    ("UnexpectedRestart", _restarts),
    ("TerminalIdProbing", _strange_ids),
]


@pytest.mark.parametrize(("alertname", "story"), STORIES, ids=[name for name, _ in STORIES])
def test_window_in_force_is_in_the_words(alertname: str, story: Callable[[Scene], Any]) -> None:
    """Summary and description name the seven minutes that are configured, in both languages."""
    changes = {alertname: WINDOW | {"enabled": True}}
    scene = Scene([terminal(1), terminal(2)], changes=changes, advice=AdviceBook(RUNBOOKS.advice()))
    story(scene)
    words = next(alert for alert in scene.book if alert.alertname == alertname).annotations
    is_told_later = alertname == "UnknownTerminalId"
    for name in ("summary",) if is_told_later else ("summary", "description"):
        assert "7 minutes" in words[name]
        assert "7 分钟" in words[f"{name}_zh"]


def test_description_has_the_limits_of_its_own_terminal() -> None:
    """An override for one site is in the words of that site's terminals, and of no others."""
    scene = Scene(
        [terminal(1, site="a"), terminal(2, site="b")],
        changes={"BatteryLow": {"below": 30.0}},
        overrides=[
            Override(
                alertname="BatteryLow", selector=Selector(site="b"), changes={"below": 40.0, "for_s": 60.0}
            )
        ],
        advice=AdviceBook(RUNBOOKS.advice()),
    )
    for terminal_id in ("10000001", "10000002"):
        scene.poll(terminal_id, reading(terminal_id, battery={"percent": 28}))
    words = [
        next(iter(scene.book.about(terminal_id).values())).annotations
        for terminal_id in ("10000001", "10000002")
    ]
    assert "below 30 % for 5 minutes" in words[0]["description"]
    assert "below 40 % for 1 minute and" in words[1]["description"]
    assert "低于 40% 已有 1 分钟" in words[1]["description_zh"]
