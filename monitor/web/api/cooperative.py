"""Work on the whole fleet that lets others have their turn."""

from typing import TypeVar

from monitor.ports.clock import Clock
from monitor.views.chunked_work import Steps

Result = TypeVar("Result")


async def in_turns(work: Steps[Result], clock: Clock) -> Result:
    """Return the result of `work`; other tasks run after each of its steps."""
    while True:
        try:
            next(work)
        except StopIteration as ended:
            result: Result = ended.value
            return result
        await clock.sleep(0)
