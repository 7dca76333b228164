import asyncio
from collections.abc import Generator

from monitor.web.api.cooperative import in_turns
from tests.fakes import FakeClock


def counting(most: int) -> Generator[None, None, int]:
    """Count in steps."""
    for _ in range(most):
        yield
    return most


async def test_others_have_a_turn_after_each_step() -> None:
    """The result is that of the work."""
    turns = 0
    work = asyncio.ensure_future(in_turns(counting(5), FakeClock()))
    while not work.done():
        turns += 1
        await asyncio.sleep(0)  # noqa: TID251 - counts the turns of the loop
    assert await work == 5
    assert turns >= 5
