"""Reference: aiohttp's client on uvloop, one task for each poll, the body read."""

import asyncio

import aiohttp
import uvloop

from bench import fleet
from bench.programs.pacing import Pacer, Task, task_from_arguments


async def _poll(task: Task) -> None:
    loop = asyncio.get_running_loop()
    under_way: set[asyncio.Task[None]] = set()
    connector = aiohttp.TCPConnector(limit=0, force_close=task.fresh)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def poll(index: int) -> None:
            async with session.get(fleet.endpoint(index, task.port)) as response:
                await response.read()

        def begin(index: int) -> None:
            polling = loop.create_task(poll(index))
            under_way.add(polling)
            polling.add_done_callback(under_way.discard)

        Pacer(task=task, begin=begin).tick()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_poll(task_from_arguments()))
