"""Terminals that answer, but not with a heartbeat: nobody takes that for silence."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.alerts.alert import AlertState
from monitor.domain.polling.poll_result import ANSWERED, Outcome
from tests.scenes import INTERVAL_S, Scene, site, terminal

SHARED = sorted(ANSWERED)
SILENT = [Outcome.TIMEOUT, Outcome.REFUSED, Outcome.RESET, Outcome.DNS]


def ids(numbers: Iterable[int]) -> list[str]:
    """Return terminal ids by their numbers."""
    return [f"{10_000_000 + number}" for number in numbers]


def rounds(scene: Scene, count: int, bad: dict[str, tuple[Outcome, str]]) -> None:
    """Poll everybody every half minute; those of `bad` fail with their outcome and detail."""
    for _ in range(count):
        for member in list(scene.fleet):
            terminal_id = member.terminal.terminal_id
            if terminal_id in bad:
                scene.fail(terminal_id, *bad[terminal_id])
            else:
                scene.poll(terminal_id)
        scene.wait(INTERVAL_S)


@pytest.mark.parametrize("outcome", SHARED)
def test_a_shop_that_answers_wrongly_is_one_alert_of_the_shop(outcome: Outcome) -> None:
    """No SiteOffline, no alert of a single terminal is sent, and the words say what answers."""
    scene = Scene([*site("North", 3), *(terminal(number, site=f"o{number}") for number in range(10, 30))])
    rounds(scene, 2, {})
    rounds(scene, 8, dict.fromkeys(ids([1, 2, 3]), (outcome, "what it is")))
    assert set(scene.sent) == {("WrongAnswers", "/site/North")}
    alert = scene.open()["WrongAnswers", "/site/North"]
    assert alert.state is AlertState.FIRING
    assert alert.labels["site"] == "North"
    assert (
        "3 of 3 terminals of the site answer alike, but not with a heartbeat: what it is"
        in (alert.annotations["summary"])
    )
    for word in ("line", "router", "mobile operator", "power"):
        assert word not in alert.annotations["cause"]
    rounds(scene, 8, {})
    assert not scene.open()


def test_a_fleet_that_answers_wrongly_is_one_alert_without_a_site() -> None:
    """Three hundred terminals in as many shops: one page, and posmon's own link is not suspected."""
    scene = Scene([terminal(number, site=f"s{number}") for number in range(300)])
    rounds(scene, 2, {})
    rounds(scene, 8, dict.fromkeys(ids(range(300)), (Outcome.HTTP_STATUS, "status 503")))
    assert set(scene.sent) == {("WrongAnswers", "/fleet")}
    assert "site" not in scene.open()["WrongAnswers", "/fleet"].labels


def test_who_is_silent_meanwhile_is_reported() -> None:
    """Neither do wrong answers hide a dead terminal, nor does their number."""
    scene = Scene([terminal(number, site=f"s{number}") for number in range(1, 31)])
    rounds(scene, 2, {})
    wrong = dict.fromkeys(ids(range(1, 16)), (Outcome.PROTOCOL, "no object"))
    rounds(scene, 8, wrong | {ids([20])[0]: (Outcome.TIMEOUT, "")})
    assert set(scene.sent) == {("WrongAnswers", "/fleet"), ("TerminalOffline", ids([20])[0])}


def test_an_answer_of_its_own_is_reported_by_itself() -> None:
    """A terminal whose wrong answer nobody shares has a trouble of its own."""
    scene = Scene([terminal(number, site=f"s{number}") for number in range(1, 31)])
    rounds(scene, 2, {})
    wrong = dict.fromkeys(ids(range(1, 16)), (Outcome.PROTOCOL, "no object"))
    rounds(scene, 8, wrong | {ids([20])[0]: (Outcome.TLS, "certificate expired")})
    assert set(scene.sent) == {("WrongAnswers", "/fleet"), ("TerminalOffline", ids([20])[0])}


def test_a_site_that_falls_silent_after_wrong_answers_is_offline() -> None:
    """What nothing answers any more is an outage, whatever it answered before."""
    scene = Scene([*site("North", 4), *(terminal(number, site=f"o{number}") for number in range(10, 30))])
    rounds(scene, 2, {})
    rounds(scene, 6, dict.fromkeys(ids([1, 2, 3, 4]), (Outcome.HTTP_STATUS, "status 503")))
    rounds(scene, 8, dict.fromkeys(ids([1, 2, 3, 4]), (Outcome.TIMEOUT, "")))
    assert ("SiteOffline", "/site/North") in scene.firing()


def test_a_few_of_a_large_fleet_are_told_one_by_one() -> None:
    """Three terminals of a hundred in three places have nothing in common but bad luck."""
    scene = Scene([terminal(number, site=f"s{number}") for number in range(100)])
    rounds(scene, 2, {})
    rounds(scene, 8, dict.fromkeys(ids([1, 2, 3]), (Outcome.HTTP_STATUS, "status 503")))
    assert set(scene.sent) == {("TerminalOffline", one) for one in ids([1, 2, 3])}


@given(
    outcomes=st.lists(
        st.tuples(st.sampled_from([Outcome.OK, *SHARED]), st.sampled_from(["", "a", "b"])),
        min_size=12,
        max_size=12,
    ),
    sites=st.lists(st.sampled_from(["", "A", "B"]), min_size=12, max_size=12),
)
def test_answers_alone_never_make_an_outage(outcomes: list[tuple[Outcome, str]], sites: list[str]) -> None:
    """Whatever terminals answer, and wherever they stand, nothing is called silent."""
    scene = Scene([terminal(number, site=place) for number, place in enumerate(sites)])
    rounds(scene, 1, {})
    bad = {
        terminal_id: outcome
        for terminal_id, outcome in zip(ids(range(12)), outcomes, strict=True)
        if outcome[0] is not Outcome.OK
    }
    rounds(scene, 6, bad)
    assert not {"SiteOffline", "FleetUnreachable"} & {name for name, _ in scene.open()}
    assert not scene.fleet.whole.mass_loss.lost_lately
    offline = {who for name, who in scene.firing() if name == "TerminalOffline"}
    assert offline == set(bad), "no good poll for 90 s is still what it was"
