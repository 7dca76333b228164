import asyncio
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.collectors.http_json.deadlines import AT_ONCE, GRANULARITY_S, Deadlines
from monitor.adapters.system import SystemClock
from tests.fakes import FakeClock, loop_settled, until


async def test_what_is_due_expires_and_what_is_discarded_does_not() -> None:
    """After the deadline each item still watched is expired, once."""
    expired: list[str] = []
    deadlines: Deadlines[str] = Deadlines(clock=SystemClock(), expire=expired.append)
    now = SystemClock().monotonic()
    deadlines.add("late", now + 3600)
    deadlines.add("finished", now + 0.01).discard("finished")
    deadlines.add("due", now + 0.01)
    deadlines.add("also due", now - 5)
    await until(lambda: len(expired) == 2)
    assert sorted(expired) == ["also due", "due"]
    deadlines.close()


async def test_one_that_raises_does_not_save_the_others() -> None:
    """Every due item has its own callback; an error in one reaches the loop's handler only."""
    errors: list[str] = []
    expired: list[int] = []

    def expire(item: int) -> None:
        expired.append(item)
        raise RuntimeError(str(item))

    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["message"]))
    deadlines: Deadlines[int] = Deadlines(clock=SystemClock(), expire=expire)
    for item in range(3):
        deadlines.add(item, 0.0)
    await until(lambda: len(expired) == 3)
    assert sorted(expired) == [0, 1, 2]
    assert len(errors) == 3


async def test_many_that_expire_together_let_others_have_their_turns() -> None:
    """A thousand polls that were begun together do not keep the event loop until all of them are over."""
    expired: list[int] = []
    seen: list[int] = []
    loop = asyncio.get_running_loop()

    def look() -> None:
        seen.append(len(expired))
        if len(expired) < 10 * AT_ONCE:
            loop.call_soon(look)

    deadlines: Deadlines[int] = Deadlines(clock=SystemClock(), expire=expired.append)
    for item in range(10 * AT_ONCE):
        deadlines.add(item, 0.0)
    loop.call_soon(look)
    await until(lambda: len(expired) == 10 * AT_ONCE)
    steps = [after - before for before, after in pairwise(seen)]
    assert max(steps) == AT_ONCE


async def test_nothing_runs_while_nothing_is_watched() -> None:
    """The timer stops with the last item, so an idle client wakes nobody."""
    expired: list[int] = []
    deadlines: Deadlines[int] = Deadlines(clock=SystemClock(), expire=expired.append)
    runs = [deadlines._timer is not None]
    deadlines.add(1, 0.0)
    runs.append(deadlines._timer is not None)
    await until(lambda: expired == [1])
    runs.append(deadlines._timer is not None)
    assert runs == [False, True, False]


async def test_closing_forgets() -> None:
    """After closing nothing expires any more."""
    expired: list[int] = []
    deadlines: Deadlines[int] = Deadlines(clock=SystemClock(), expire=expired.append)
    deadlines.add(1, 0.0)
    deadlines.close()
    await loop_settled()
    assert (expired, deadlines._timer) == ([], None)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 10), st.booleans()), max_size=30), st.floats(0, 12))
def test_no_item_expires_early_and_none_much_late(items: list[tuple[float, bool]], elapsed_s: float) -> None:
    """A sweep takes exactly what was due a slice ago, takes nothing early, and nothing twice."""

    async def sweep_once() -> None:
        clock = FakeClock()
        begun = clock.monotonic()
        expired: list[int] = []
        deadlines: Deadlines[int] = Deadlines(clock=clock, expire=expired.append)
        for number, (after_s, discarded) in enumerate(items):
            slice_ = deadlines.add(number, begun + after_s)
            if discarded:
                slice_.discard(number)
        clock.turn(elapsed_s)
        for _ in range(2):
            deadlines._sweep()
            await loop_settled()
        live = {number: after_s for number, (after_s, discarded) in enumerate(items) if not discarded}
        passed_s = clock.monotonic() - begun
        assert all(live[number] <= passed_s + 1e-6 for number in expired)
        overdue = {number for number, after_s in live.items() if after_s < passed_s - GRANULARITY_S - 1e-6}
        assert overdue <= set(expired)
        assert len(expired) == len(set(expired))
        deadlines.close()

    asyncio.run(sweep_once())
