"""What every clock keeps to, the hand-turned one and the machine's."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from monitor.adapters.system import SystemClock
from monitor.ports.clock import Clock
from tests.fakes import FakeClock


@dataclass
class Rig:
    """A clock, and the way to let its time pass."""

    clock: Clock
    passes: Callable[[float], Awaitable[object]]


@pytest.fixture(params=["hand-turned", "system"])
def rig(request: pytest.FixtureRequest) -> Rig:
    """Return each clock in turn."""
    if request.param == "system":
        return Rig(SystemClock(), asyncio.sleep)  # noqa: TID251 - real time is what passes here
    clock = FakeClock()
    return Rig(clock, clock.advance)


async def test_a_sleeper_wakes_after_at_least_its_time(rig: Rig) -> None:
    """By the same monotonic clock that tells the time; many naps show rounding."""
    for nap_s in (0.0004, 0.0015, 0.0031, 0.02):
        began = rig.clock.monotonic()
        sleeper = asyncio.ensure_future(rig.clock.sleep(nap_s))
        await rig.passes(nap_s)
        await sleeper
        assert rig.clock.monotonic() - began >= nap_s * 0.999_999


async def test_a_sleeper_does_not_wake_before(rig: Rig) -> None:
    """An hour is not over at once, and may be cut short by cancelling."""
    sleeper = asyncio.ensure_future(rig.clock.sleep(3600.0))
    await rig.passes(0.01)
    assert not sleeper.done()
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    await rig.passes(0.01)


async def test_sleepers_wake_in_the_order_of_their_time(rig: Rig) -> None:
    """Whoever asked first for the later moment wakes later."""
    woken: list[str] = []

    async def nap(name: str, seconds: float) -> None:
        await rig.clock.sleep(seconds)
        woken.append(name)

    naps = [asyncio.ensure_future(nap(name, s)) for name, s in (("late", 0.2), ("early", 0.02), ("mid", 0.1))]
    await rig.passes(0.25)
    await asyncio.gather(*naps)
    assert woken == ["early", "mid", "late"]


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_sleeping_for_nothing_lets_the_others_run(rig: Rig, seconds: float) -> None:
    """It returns without time passing, after a turn of the loop."""
    ran = asyncio.Event()
    asyncio.get_running_loop().call_soon(ran.set)
    await rig.clock.sleep(seconds)
    assert ran.is_set()


async def test_both_hands_move_together(rig: Rig) -> None:
    """An instant is one moment on both clocks, and `monotonic` is the instant's."""
    first = rig.clock.now()
    await rig.passes(0.05)
    between = rig.clock.monotonic()
    last = rig.clock.now()
    assert first.monotonic < between <= last.monotonic
    assert last.wall - first.wall == pytest.approx(last.monotonic - first.monotonic, abs=0.02)
