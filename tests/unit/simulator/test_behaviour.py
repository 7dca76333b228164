from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.heartbeat.decoding import decode_heartbeat
from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    NetworkType,
    PinPadStatus,
    PrinterStatus,
    Reading,
    RegistrationStatus,
)
from monitor.simulator.behaviour import FIRST_PAPER_S, PAPER_LOW_S, document_at
from monitor.simulator.catalogue import MODEL_BY_NAME, MODELS, Model
from monitor.simulator.document import encode
from monitor.simulator.fleet import SimulatedTerminal, make_sites, make_terminals

WALL = 1_795_222_800
"""2026-11-21T01:00:00Z."""
DAY_S = 86_400
TRAITS = st.integers(0, 2**64 - 1)


def terminal(*, traits: int = 1, model: Model = MODELS[0]) -> SimulatedTerminal:
    """Return a terminal of these traits."""
    (site,) = make_sites(1, seed=1)
    return SimulatedTerminal(number=0, site=site, model=model, traits=traits)


def said(one: SimulatedTerminal, elapsed_s: float) -> Reading:
    """Return what the product reads of its answer at that moment."""
    document = document_at(one, elapsed_s=elapsed_s, wall=WALL + elapsed_s)
    return decode_heartbeat(encode(document))


@given(traits=TRAITS, model=st.sampled_from(MODELS), elapsed_s=st.floats(0, 30 * DAY_S))
def test_a_terminal_left_alone_is_well(traits: int, model: Model, elapsed_s: float) -> None:
    """At no moment does a healthy terminal come near a threshold, and the product reads all it says."""
    reading = said(terminal(traits=traits, model=model), elapsed_s)
    assert reading.battery is None or (reading.battery.percent or 0) >= 35
    assert reading.printer is not None
    assert reading.printer.status in {PrinterStatus.OK, PrinterStatus.PAPER_LOW}
    assert reading.registration is not None
    assert reading.registration.status is RegistrationStatus.REGISTERED
    assert reading.pin_pad is not None
    assert reading.pin_pad.status is PinPadStatus.OK
    assert reading.card_reader == reading.display
    assert reading.display is not None
    assert reading.display.status is ComponentStatus.OK
    assert reading.activity in {Activity.IDLE, Activity.BUSY}
    assert reading.network is not None
    assert reading.network.host_reachable
    floor_dbm = -75 if reading.network.type is NetworkType.WIFI else -95
    assert reading.network.signal_dbm is None or floor_dbm <= reading.network.signal_dbm <= -40
    assert (reading.unsent_transactions or 0) <= 1


@given(traits=TRAITS, elapsed_s=st.floats(0, DAY_S))
def test_what_a_terminal_says_follows_from_seed_and_time(traits: int, elapsed_s: float) -> None:
    """Asked twice at the same moment, it says the same."""
    assert said(terminal(traits=traits), elapsed_s) == said(terminal(traits=traits), elapsed_s)


def test_no_roll_of_paper_runs_low_at_first() -> None:
    """In its first minutes no terminal of a large fleet is short of paper."""
    low = [
        one.terminal_id
        for one in make_terminals(list(make_sites(400, seed=1)), seed=1)
        for second in range(0, FIRST_PAPER_S, 20)
        if document_at(one, elapsed_s=second, wall=WALL).printer.status is not PrinterStatus.OK
    ]
    assert low == []


def test_paper_runs_low_now_and_then_for_a_short_time() -> None:
    """Within hours a roll is used up, and it is low no longer than it takes to change it."""
    low = [
        second
        for second in range(3 * 3600)
        if document_at(terminal(traits=5), elapsed_s=second, wall=WALL).printer.status
        is PrinterStatus.PAPER_LOW
    ]
    runs = [second for second in low if second - 1 not in low]
    assert len(low) == len(runs) * PAPER_LOW_S > 0


def test_a_battery_drains_and_charges() -> None:
    """Within hours it falls while not charging and rises while charging."""
    spoken = [said(terminal(traits=7), minute * 60.0).battery for minute in range(180)]
    steps = [
        (one.charging, (after.percent or 0) - (one.percent or 0))
        for one, after in pairwise(spoken)
        if one and after and one.charging == after.charging
    ]
    assert {charging for charging, _ in steps} == {True, False}
    assert all(step > 0 if charging else step <= 0 for charging, step in steps)


def test_a_mains_terminal_has_no_battery() -> None:
    """What is not fitted is absent from the document."""
    assert b"battery" not in encode(
        document_at(terminal(model=MODEL_BY_NAME["DESK5000"]), elapsed_s=0, wall=WALL)
    )


def test_uptime_grows_with_time() -> None:
    """A healthy terminal never restarts."""
    before, after = said(terminal(), 10), said(terminal(), 3610)
    assert (after.uptime_seconds or 0) - (before.uptime_seconds or 0) == 3600


def test_activity_and_signal_change() -> None:
    """Over ten minutes a terminal is idle and busy, and its signal wanders."""
    spoken = [said(terminal(), second) for second in range(0, 600, 3)]
    assert {one.activity for one in spoken} == {Activity.IDLE, Activity.BUSY}
    assert len({one.network.signal_dbm for one in spoken if one.network}) > 5


def test_clock_and_sign_in_are_those_of_now() -> None:
    """`sent_at` is the present second; the sign-in lies less than a day before it."""
    reading = said(terminal(traits=61), 0)
    assert reading.sent_at == "2026-11-21T01:00:00.000Z"
    assert reading.registration is not None
    assert reading.registration.signed_in_at == "2026-11-20T01:01:00.000Z"
