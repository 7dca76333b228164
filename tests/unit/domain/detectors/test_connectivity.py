from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.connectivity import (
    FlappingLimits,
    FleetLimits,
    OfflineLimits,
    SignalLimits,
    SiteLimits,
    flapping_share,
)
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.poll_history import HISTORY_POLLS
from monitor.domain.polling.poll_result import Outcome
from tests.scenes import Scene, site, terminal
from tests.unit.domain.detectors.judging import summary, verdict, watched

OK: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("sentence", "polls", "is_open", "expected"),
    [
        ("a terminal never polled is not down", [], False, "absent"),
        ("a good answer is a good answer", [OK], False, "absent"),
        ("one lost packet does not open it", [OK, None], False, "unknown"),
        ("two failures in a row open it", [OK, None, None], False, "present"),
        ("two failures with an answer between them do not", [None, OK, None], False, "unknown"),
        ("a terminal that never answered is down after two failures", [None, None], False, "present"),
        ("once open, one failure is enough to stay", [OK, None], True, "present"),
        ("one good answer clears it", [None, None, OK], True, "absent"),
    ],
)
def test_offline(sentence: str, polls: list[Any], *, is_open: bool, expected: str) -> None:
    """TerminalOffline goes by failures in a row."""
    assert verdict("TerminalOffline", watched(*polls), is_open=is_open) is Verdict(expected), sentence


def test_how_many_failures_open_it_can_be_set() -> None:
    """With one failure enough, a lost packet opens the alert."""
    limits = OfflineLimits(min_failures=1)
    assert verdict("TerminalOffline", watched(OK, None), limits=limits) is Verdict.PRESENT


def test_a_stranger_at_the_endpoint_is_an_answer() -> None:
    """Whoever answers, the endpoint is reachable."""
    assert verdict("TerminalOffline", watched(None, None, {"terminal_id": "6"})) is Verdict.ABSENT


def nagios_share(states: list[bool]) -> float:
    """Return the state change share as Nagios Core's documentation of flap detection describes it.

    Twenty-one states, oldest first, make twenty possible changes, weighted from 0.75 to 1.25.
    """
    full = [states[0]] * (21 - len(states)) + states if states else [True] * 21
    changes = [before is not after for before, after in pairwise(full)]
    return sum(0.75 + 0.5 * place / 19 for place, changed in enumerate(changes) if changed) / 20


@given(st.lists(st.booleans(), max_size=HISTORY_POLLS))
def test_flapping_is_computed_as_nagios_does(states: list[bool]) -> None:
    """Whatever the history, full or not, the share is Nagios'."""
    history = int("".join(str(int(state)) for state in states) or "0", 2)
    assert flapping_share(history, len(states)) == pytest.approx(nagios_share(states))


@pytest.mark.parametrize(
    ("sentence", "history", "polls", "share"),
    [
        ("no poll, no change", 0b0, 0, 0.0),
        ("a first failure changes nothing", 0b0, 1, 0.0),
        ("good polls change nothing", (1 << 21) - 1, 21, 0.0),
        ("the newest possible change weighs 1.25 of 20", 0b10, 2, 0.0625),
        ("the oldest possible change weighs 0.75 of 20", 1 << 20, 21, 0.0375),
        ("a terminal that alternates changes all the time", 0b101010101010101010101, 21, 1.0),
    ],
)
def test_flapping_share(sentence: str, history: int, polls: int, share: float) -> None:
    """The share runs from 0 to 1, the newest changes weighing most."""
    assert flapping_share(history, polls) == pytest.approx(share), sentence


@pytest.mark.parametrize(
    ("sentence", "polls", "is_open", "expected"),
    [
        ("four changes are not enough to open it", [OK, None, OK, None, OK], False, "absent"),
        ("five recent changes open it", [OK, None, OK, None, OK, None], False, "present"),
        ("two recent changes keep it open", [OK, None, OK], True, "present"),
        ("one change does not", [OK, None], True, "absent"),
        ("two changes that have grown old clear it", [OK, None, *[OK] * 19], True, "absent"),
    ],
)
def test_flapping(sentence: str, polls: list[Any], *, is_open: bool, expected: str) -> None:
    """TerminalFlapping opens at a quarter and clears below a tenth."""
    assert verdict("TerminalFlapping", watched(*polls), is_open=is_open) is Verdict(expected), sentence


def test_flapping_limits_are_inclusive_above_and_exclusive_below() -> None:
    """Exactly at a limit the alert opens, and stays."""
    share = flapping_share(0b101, 3)
    assert verdict("TerminalFlapping", watched(OK, None, OK), limits=FlappingLimits(high=share)) == "present"
    limits = FlappingLimits(low=share)
    assert verdict("TerminalFlapping", watched(OK, None, OK), is_open=True, limits=limits) == "present"


def test_polls_during_a_larger_outage_do_not_count_as_flapping() -> None:
    """What is not steady leaves the history alone, and what led to it is taken out."""
    one = watched(OK, OK, None, None)
    one.forget_failures()
    assert (one.history, one.polls_seen) == (0b11, 2)
    never = watched(None, None)
    never.forget_failures()
    assert (never.history, never.polls_seen) == (0, 0)


def group(scene: Scene, *lost: int, of_site: str = "") -> Outage:
    """Let these terminals fail and return a site or the fleet."""
    for number in lost:
        scene.fail(f"{10_000_000 + number}")
    return scene.fleet.sites[of_site] if of_site else scene.fleet.whole


@pytest.mark.parametrize(
    ("sentence", "size", "down", "expected"),
    [
        ("two of two are too few for a site", 2, 2, "absent"),
        ("three of three are a site", 3, 3, "present"),
        ("two of three are not", 3, 2, "absent"),
        ("four of five are eighty per cent", 5, 4, "present"),
        ("three of five are not", 5, 3, "absent"),
        ("eleven of fifteen are not", 15, 11, "absent"),
        ("twelve of fifteen are", 15, 12, "present"),
        ("nobody down is nobody down", 5, 0, "absent"),
    ],
)
def test_site_offline(sentence: str, size: int, down: int, expected: str) -> None:
    """SiteOffline needs three terminals and eighty per cent."""
    shop = group(Scene(site("shop", size)), *range(1, down + 1), of_site="shop")
    assert verdict("SiteOffline", shop) is Verdict(expected), sentence


def test_site_limits_can_be_set() -> None:
    """With other limits a kiosk of two is a site."""
    shop = group(Scene(site("kiosk", 2)), 1, of_site="kiosk")
    assert verdict("SiteOffline", shop, limits=SiteLimits(min_terminals=1, share=0.5)) is Verdict.PRESENT


@pytest.mark.parametrize(
    ("sentence", "sites", "down", "uplinks", "expected"),
    [
        ("everybody in two places", [5, 5], 10, {}, "present"),
        ("eighty per cent in two places", [5, 5], 8, {}, "present"),
        ("seven of ten are not eighty per cent", [5, 5], 7, {}, "absent"),
        ("everybody, but in one place only", [10], 10, {}, "absent"),
        ("everybody in one place with the uplink lost as well", [10], 10, {"a": False}, "present"),
        ("half with the uplink lost", [5, 5], 5, {"a": False, "b": False}, "present"),
        ("half with one probe answering", [5, 5], 5, {"a": False, "b": True}, "absent"),
        ("less than half with the uplink lost", [5, 6], 5, {"a": False}, "absent"),
        ("two terminals are too few, uplink or not", [1, 1], 2, {"a": False}, "absent"),
        ("the uplink lost and nobody down", [5, 5], 0, {"a": False}, "absent"),
    ],
)
def test_fleet_unreachable(
    sentence: str, sites: list[int], down: int, uplinks: dict[str, bool], expected: str
) -> None:
    """FleetUnreachable needs most of the fleet in several places, less when the uplink is lost."""
    rows = [row for place, size in enumerate(sites) for row in site(f"s{place}", size, first=100 * place + 1)]
    scene = Scene(rows)
    fleet = group(scene, *(int(row.terminal_id) - 10_000_000 for row in rows[:down]))
    scene.fleet.whole.uplinks = uplinks
    assert verdict("FleetUnreachable", fleet) is Verdict(expected), sentence


def test_fleet_limits_can_be_set() -> None:
    """A fleet that wants three places does not take two for all."""
    rows = [*site("a", 3), *site("b", 3, first=11)]
    fleet = group(Scene(rows), 1, 2, 3, 11, 12, 13)
    assert verdict("FleetUnreachable", fleet, limits=FleetLimits(min_places=3)) is Verdict.ABSENT
    assert verdict("FleetUnreachable", fleet, limits=FleetLimits(min_terminals=7)) is Verdict.ABSENT


def link(kind: str | None = None, dbm: float | None = None) -> dict[str, Any]:
    """Return a document that speaks of the link."""
    return {"network": {"type": kind, "signal_dbm": dbm}}


@pytest.mark.parametrize(
    ("sentence", "document", "is_open", "expected"),
    [
        ("a terminal that says nothing of its link is unknown", {}, False, "unknown"),
        ("so is a link without a kind", link(None, -130), False, "unknown"),
        ("so is a radio link without a level", link("cellular"), False, "unknown"),
        ("a cable has no signal to be weak", link("ethernet"), False, "absent"),
        ("a cable clears what the radio opened", link("ethernet"), True, "absent"),
        ("cellular opens below -110 dBm", link("cellular", -110.1), False, "present"),
        ("cellular does not open at -110 dBm", link("cellular", -110), False, "absent"),
        ("cellular stays open below -105 dBm", link("cellular", -105.1), True, "present"),
        ("cellular clears at -105 dBm", link("cellular", -105), True, "absent"),
        ("Wi-Fi opens below -80 dBm", link("wifi", -80.1), False, "present"),
        ("Wi-Fi does not open at -80 dBm", link("wifi", -80), False, "absent"),
        ("Wi-Fi stays open below -75 dBm", link("wifi", -75.1), True, "present"),
        ("Wi-Fi clears at -75 dBm", link("wifi", -75), True, "absent"),
    ],
)
def test_weak_signal(sentence: str, document: dict[str, Any], *, is_open: bool, expected: str) -> None:
    """WeakSignal has limits for each kind of radio."""
    assert verdict("WeakSignal", watched(document), is_open=is_open) is Verdict(expected), sentence


def test_signal_limits_can_be_set() -> None:
    """A site with bad reception can be told to live with it."""
    limits = SignalLimits(cellular_below=-120)
    assert verdict("WeakSignal", watched(link("cellular", -118)), limits=limits) is Verdict.ABSENT


@pytest.mark.parametrize(
    ("sentence", "network", "expected"),
    [
        ("says nothing of its link", None, "unknown"),
        ("says nothing of the host", {"type": "wifi"}, "unknown"),
        ("reaches the host", {"host_reachable": True}, "absent"),
        ("does not reach the host", {"host_reachable": False}, "present"),
    ],
)
def test_host_unreachable(sentence: str, network: dict[str, Any] | None, expected: str) -> None:
    """HostUnreachable is the terminal's own view."""
    one = watched({"network": network} if network else {})
    assert verdict("HostUnreachable", one) is Verdict(expected), sentence
    assert verdict("HostUnreachable", watched()) is Verdict.UNKNOWN


def test_summaries() -> None:
    """Each summary says what is the matter, with its numbers."""
    lost = watched(OK, None)
    assert summary("TerminalOffline", lost) == "no good heartbeat: timeout"
    lost.detail = "no answer within 5 s"
    assert summary("TerminalOffline", lost) == "no good heartbeat: no answer within 5 s"
    assert summary("TerminalOffline", watched()) == "no good heartbeat: not polled"
    flapping = watched(OK, None, OK, None, OK, None)
    assert summary("TerminalFlapping", flapping) == "comes and goes: 30% state changes in the last 6 polls"
    shop = group(Scene(site("shop", 5)), 1, 2, 3, 4, of_site="shop")
    assert summary("SiteOffline", shop) == "4 of 5 terminals of the site do not answer"
    scene = Scene([terminal(1), terminal(2), terminal(3)])
    fleet, whole = group(scene, 1, 2, 3), scene.fleet.whole
    assert summary("FleetUnreachable", fleet) == (
        "3 of 3 terminals do not answer: posmon's own link is suspected"
    )
    whole.uplinks = {"gateway": True, "resolver": False}
    assert summary("FleetUnreachable", fleet) == (
        "3 of 3 terminals do not answer, 1 of 2 uplinks do: "
        "the network between posmon and the shops is suspected"
    )
    whole.uplinks = {"gateway": False}
    assert summary("FleetUnreachable", fleet) == (
        "3 of 3 terminals do not answer, nor does any uplink: posmon's own link is suspected"
    )
    assert summary("WeakSignal", watched(link("wifi", 0))) == "weak signal: 0 dBm"
    assert summary("WeakSignal", watched(link("wifi"))) == "weak signal"
    assert summary("HostUnreachable", watched()) == "cannot reach the acquirer's host"


def test_an_outcome_is_named_as_in_the_metrics() -> None:
    """Without a detail, the outcome stands for itself."""
    one = watched(OK)
    one.outcome = Outcome.DNS
    assert summary("TerminalOffline", one) == "no good heartbeat: dns"
