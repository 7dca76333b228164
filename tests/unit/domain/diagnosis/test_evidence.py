from typing import Any

import pytest

from monitor.domain.diagnosis.case import Case, RecentChange
from monitor.domain.diagnosis.evidence import (
    TERMINALS_TOLD,
    case_facts,
    fleet_evidence,
    group_evidence,
    wrong_answers_evidence,
)
from monitor.domain.polling.poll_result import Outcome
from tests.scenes import Scene, site


def scene_of(size: int) -> Scene:
    """Return a site `a` of so many terminals."""
    return Scene(site("a", size))


@pytest.mark.parametrize(
    ("known", "facts"),
    [
        ({}, {}),
        ({"codes": (("55", 3), ("00", 1))}, {"response codes": "55 x3, 00 x1"}),
        ({"transactions": 4, "approved": 1}, {"transactions": "4, 1 approved"}),
        ({"card_tries": 1, "card_terminals": 1}, {}),
        ({"card_tries": 3, "card_terminals": 1}, {"tries of one card": "3 at 1 terminal"}),
        (
            {"card_tries": 3, "card_terminals": 2, "card_span_s": 90.0},
            {"tries of one card": "3 at 2 terminals within 90 s"},
        ),
        ({"gap_s": 0.0}, {"time between wrong PINs": "0 s"}),
        ({"serials": 1, "endpoints": 1}, {}),
        ({"serials": 2, "endpoints": 3}, {"serial numbers in turn": "2", "endpoints seen": "3"}),
        (
            {"neighbours": 4, "troubled_neighbours": 2, "down_neighbours": 1},
            {"neighbours at the site": "4, 2 with the same trouble, 1 silent"},
        ),
        ({"neighbours": 4}, {"neighbours at the site": "4, 0 silent"}),
    ],
)
def test_facts_are_in_words_and_unknown_ones_are_left_out(
    known: dict[str, Any], facts: dict[str, str]
) -> None:
    """One serial number or endpoint is no fact worth a word."""
    assert case_facts(Case(**known)) == facts


@pytest.mark.parametrize(
    ("ago_s", "words"),
    [(119.0, "119 s"), (120.0, "2 min"), (7199.0, "120 min"), (7200.0, "2.0 h"), (86_400.0, "24.0 h")],
)
def test_durations_are_rounded_to_their_size(ago_s: float, words: str) -> None:
    """Seconds below two minutes, minutes below two hours."""
    change = RecentChange(what="endpoint", before="a", after="b", ago_s=ago_s)
    assert case_facts(Case(changes=(change,))) == {
        "changed in the last 24 h": f"endpoint a -> b ({words} ago)"
    }


def test_codes_are_cut() -> None:
    """The most frequent ones are enough for people."""
    codes = tuple((f"{number:02}", 9 - number) for number in range(9))
    assert case_facts(Case(codes=codes))["response codes"].count("x") == 6


def test_a_silent_group_names_who_is_silent_and_who_answers() -> None:
    """Each silent terminal is named with its link and its last poll; one that answers wrongly is neither."""
    scene = scene_of(4)
    scene.fail("10000004", Outcome.PROTOCOL)
    scene.say(network={"type": "wifi"})
    scene.fail(detail="no answer within 5 s")
    scene.fail("10000002", Outcome.DNS)
    scene.poll("10000003")
    assert group_evidence(scene.fleet.sites["a"]) == (
        "10000001 (wifi): no answer within 5 s; 10000002: dns; still answering: 10000003"
    )


def test_a_large_group_is_cut() -> None:
    """The number of the others stands for them."""
    scene = scene_of(TERMINALS_TOLD + 2)
    for watched in scene.fleet:
        scene.fail(watched.terminal.terminal_id)
    said = group_evidence(scene.fleet.sites["a"])
    assert said.endswith("10000005: timeout; and 2 more")
    assert "still answering" not in said


def test_wrong_answers_are_named_with_who_gives_them() -> None:
    """The most frequent one first; other wrong answers and silence are numbers."""
    scene = scene_of(4)
    for number in (1, 2):
        scene.fail(f"{10_000_000 + number}", Outcome.HTTP_STATUS, "HTTP 503")
    scene.fail("10000003", Outcome.PROTOCOL, "no JSON")
    scene.fail("10000004")
    said = wrong_answers_evidence(scene.fleet.sites["a"])
    for fact in ("HTTP 503", "10000001, 10000002", "other wrong answers", "silent"):
        assert fact in said


def test_a_group_without_wrong_answers_has_no_evidence_of_them() -> None:
    """Silence is another alert's."""
    scene = scene_of(2)
    scene.fail()
    assert wrong_answers_evidence(scene.fleet.sites["a"]) == ""


def test_a_fleet_s_evidence_counts_polls_and_names_uplinks() -> None:
    """The most frequent end of a poll stands first."""
    scene = scene_of(4)
    for number, outcome in ((1, Outcome.DNS), (2, Outcome.TIMEOUT), (3, Outcome.TIMEOUT)):
        scene.fail(f"{10_000_000 + number}", outcome)
    scene.probe(gateway=True, provider=False)
    said = fleet_evidence(scene.fleet.whole)
    assert "timeout x2, dns x1" in said
    assert "gateway answers, provider does not answer" in said


def test_a_fleet_that_answers_has_no_evidence() -> None:
    """Nothing is silent and no uplink is probed."""
    assert fleet_evidence(scene_of(1).fleet.whole) == ""
