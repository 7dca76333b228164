"""What a key may still do."""

import pytest

from monitor.adapters.sources.call_budget import CallBudget
from tests.fakes import FakeClock


def budget(clock: FakeClock) -> CallBudget:
    """Return a budget of three calls a minute."""
    return CallBudget(calls=3, window_s=60.0, clock=clock)


def told(clock: FakeClock, remaining: int, *, reset_in_s: float = 30.0, limit: int = 60) -> dict[str, str]:
    """Return the header fields of an answer."""
    reset_ms = int((clock.now().wall + reset_in_s) * 1000)
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset_ms),
    }


def test_calls_come_back_when_they_leave_the_window() -> None:
    """The window slides: at no time are there more calls within it than the budget has."""
    clock = FakeClock()
    ours = budget(clock)
    ours.spend()
    clock.turn(20)
    ours.spend()
    ours.spend()
    assert (ours.left(), ours.wait_s()) == (0, 40.0)
    clock.turn(40)
    assert (ours.left(), ours.wait_s()) == (1, 0.0)


def test_what_can_wait_leaves_calls_for_what_cannot() -> None:
    """Of three calls one is kept."""
    ours = budget(FakeClock())
    assert (ours.left(), ours.left_to_spare(1), ours.left_to_spare(9)) == (3, 2, 0)


def test_the_service_s_own_count_holds_until_its_reset() -> None:
    """It knows of calls that others made with the key; a sixth of its limit is left to them."""
    clock = FakeClock()
    ours = budget(clock)
    ours.heed(told(clock, 11, limit=60))
    assert (ours.left(), ours.left_to_spare(0)) == (3, 1)
    ours.heed(told(clock, 0))
    assert ours.left() == 0
    assert ours.wait_s() == pytest.approx(30.0, abs=0.01)
    clock.turn(31)
    assert (ours.left(), ours.wait_s()) == (3, 0.0)


@pytest.mark.parametrize("reset", [None, "", "soon", "0", "9" * 15, "9" * 5000, "²"])
def test_a_reset_that_makes_no_sense_is_a_window_away(reset: str | None) -> None:
    """A wrong clock, here or there, does not make posmon forget what is left."""
    clock = FakeClock()
    ours = budget(clock)
    ours.heed({"X-RateLimit-Remaining": "0"} | ({} if reset is None else {"X-RateLimit-Reset": reset}))
    assert ours.wait_s() == 60.0


@pytest.mark.parametrize("remaining", ["", "many", "-1", "1.5", "9" * 5000, "²"])
def test_a_count_that_is_none_says_nothing(remaining: str) -> None:
    """Posmon goes by its own count then."""
    ours = budget(FakeClock())
    ours.heed({"X-RateLimit-Remaining": remaining})
    assert ours.left() == 3
