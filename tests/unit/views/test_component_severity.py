from typing import Any

import pytest

from monitor.domain.detectors.rule_book import RuleBook
from monitor.views.component_severity import severities_of
from tests.fleets import make_fleet

WELL: dict[str, Any] = {
    "battery": {"percent": 80, "charging": False},
    "printer": {"status": "ok"},
    "registration": {"status": "registered"},
    "network": {"type": "cellular", "signal_dbm": -70, "host_reachable": True},
    "pin_pad": {"status": "ok"},
    "card_reader": {"status": "ok"},
    "display": {"status": "ok"},
}
PARTS = ["battery", "printer", "registration", "link", "host", "PIN pad", "card reader", "display"]


def tones(document: dict[str, Any], changes: dict[str, dict[str, Any]] | None = None) -> dict[str, str]:
    """Return the tones of a terminal that has just said this, by the default rules with `changes`."""
    living = make_fleet(1)
    living.hear("10000000", **document)
    watched = living.watched("10000000")
    watched.rules = RuleBook(changes).for_terminal(watched.terminal)
    return severities_of(watched, living.book)


def test_a_terminal_that_is_well() -> None:
    """Every part that says so is well."""
    assert tones(WELL) == dict.fromkeys(PARTS, "ok")


def test_a_terminal_that_was_never_heard_has_no_tones() -> None:
    """No data is neither well nor ill."""
    living = make_fleet(1)
    assert severities_of(living.watched("10000000"), living.book) == {}


CASES: list[tuple[str, dict[str, Any], dict[str, dict[str, Any]], str, str]] = [
    ("a low battery", {"battery": {"percent": 15}}, {}, "battery", "warning"),
    ("an empty one", {"battery": {"percent": 8.5}}, {}, "battery", "critical"),
    ("one that charges", {"battery": {"percent": 5, "charging": True}}, {}, "battery", "ok"),
    (
        "a limit of one's own",
        {"battery": {"percent": 35}},
        {"BatteryLow": {"below": 40.0}},
        "battery",
        "warning",
    ),
    ("no paper", {"printer": {"status": "paper_out"}}, {}, "printer", "critical"),
    (
        "a severity of one's own",
        {"printer": {"status": "paper_out"}},
        {"PaperOut": {"severity": "warning"}},
        "printer",
        "warning",
    ),
    ("a cover that is open", {"printer": {"status": "cover_open"}}, {}, "printer", "warning"),
    ("no registration", {"registration": {"status": "suspended"}}, {}, "registration", "critical"),
    ("a line that has no signal to speak of", {"network": {"type": "ethernet"}}, {}, "link", "ok"),
    ("a host out of reach", {"network": {"host_reachable": False}}, {}, "host", "critical"),
    ("a case that was opened", {"pin_pad": {"status": "tampered"}}, {}, "PIN pad", "critical"),
]


@pytest.mark.parametrize(
    ("document", "changes", "part", "tone"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_tones(document: dict[str, Any], changes: dict[str, dict[str, Any]], part: str, tone: str) -> None:
    """A part looks as its alert will, by the thresholds and severities that hold for the terminal."""
    assert tones(WELL | document, changes)[part] == tone


def test_a_part_that_no_rule_judges_has_no_tone() -> None:
    """Where an alert is switched off the page does not say that all is well."""
    off = {"DisplayFault": {"enabled": False}}
    assert "display" not in tones(WELL | {"display": {"status": "fault"}}, off)
