"""A device that serves one client at a time, and a till that needs it between two polls."""

import asyncio
from pathlib import Path

from monitor.adapters.collectors.http_json.resolver import ThreadedResolver
from monitor.adapters.system import SystemClock
from monitor.domain.polling.poll_result import Outcome
from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.polling import new_client, poll, target_of
from tests.integration.heartbeat_client.scripted_server import Visit, answers, serving

SALES = 10
MOST_S = 1.5


async def test_a_till_gets_its_turn_between_two_polls(tmp_path: Path) -> None:
    """The till never waits longer than posmon's trial takes, though the interval is many times that."""
    turn = asyncio.Lock()

    async def one_at_a_time(visit: Visit) -> None:
        async with turn:
            await answers(visit)

    async with serving(one_at_a_time) as device:
        row = bad_terminal("70000001", device.url())
        polling = {"interval": "10s", "timeout": "2s"}
        async with (
            ThreadedResolver(clock=SystemClock()) as resolver,
            new_client(resolver, keep_alive="never") as till,
            neighbourhood(tmp_path, row, healthy=3, polling=polling) as here,
        ):
            await here.until_polled_as("ok", "70000001")
            target = target_of(device.url())
            for _ in range(SALES):
                sale = await poll(till, target)
                assert (sale.outcome, sale.duration_s < MOST_S) == (Outcome.OK, True), sale
                await asyncio.sleep(1)  # noqa: TID251 - customers come one after the other
            assert await here.posmon.firing() == set()
