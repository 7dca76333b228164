from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.fleet.claim import TURNS, Claim
from tests.scenes import INTERVAL_S, Scene, reading, terminal

ONE, TWO = "10000001", "10000002"


def test_an_owner_that_answers_nowhere_makes_no_turn() -> None:
    """However long an endpoint answers as another terminal, it alone is no second use."""
    claim = Claim(100.0)
    assert not any(claim.is_doubled_by(90.0, 100.0 + moment) for moment in range(1000))


def test_answers_in_turn_are_two_uses() -> None:
    """The owner answers at its own endpoint again and again, and so does the other in its name."""
    claim = Claim(100.0)
    found = [claim.is_doubled_by(now_s - 1, now_s) for now_s in (110.0, 120.0, 130.0)]
    assert found == [turn >= TURNS for turn in (1, 2, 3)]


@given(order=st.lists(st.booleans(), min_size=4, max_size=30))
def test_swapped_addresses_are_never_taken_for_a_clone(order: list[bool]) -> None:
    """Whoever is polled first and how often: each answers as the other, so nobody answers twice."""
    scene = Scene([terminal(1), terminal(2)])
    scene.poll(ONE)
    scene.poll(TWO)
    for is_first in order:
        scene.wait(INTERVAL_S)
        scene.poll(ONE, reading(TWO)) if is_first else scene.poll(TWO, reading(ONE))
    assert "TerminalIdConflict" not in {name for name, _ in scene.open()}


def test_both_of_a_swap_have_a_wrong_address_and_are_well_once_it_is_mended() -> None:
    """Each alert says so, and ends with the first right answer."""
    scene = Scene([terminal(1), terminal(2)])
    for _ in range(2):
        scene.poll(ONE)
        scene.poll(TWO)
        scene.wait(INTERVAL_S)
    for _ in range(3):
        scene.poll(ONE, reading(TWO))
        scene.poll(TWO, reading(ONE))
        scene.wait(INTERVAL_S)
    assert scene.firing() == {("TerminalIdMismatch", ONE), ("TerminalIdMismatch", TWO)}
    case = scene.open()["TerminalIdMismatch", TWO].annotations["cause"]
    assert "a wrong name, address or path in the inventory (9" in case
    scene.poll(ONE)
    scene.poll(TWO)
    assert not scene.open()


def test_an_id_in_use_at_two_endpoints_is_still_found() -> None:
    """A clone answers in another's place while the owner goes on at its own."""
    scene = Scene([terminal(1), terminal(2)])
    for _ in range(TURNS + 1):
        scene.poll(ONE)
        scene.wait(INTERVAL_S)
        scene.poll(TWO, reading(ONE))
        scene.wait(INTERVAL_S)
    assert ("TerminalIdConflict", ONE) in scene.firing()
