import asyncio
import resource
from pathlib import Path

from tests.faults.neighbourhood import Neighbourhood, bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import GOOD, Visit, serving

FEW = 128
"""Descriptors: polling takes a quarter of so few, the rest is left to everything else."""
HANGING = 60


async def hang(visit: Visit) -> None:
    """Hold the poll for as long as it lasts."""
    await visit.hang()


async def close(visit: Visit) -> None:
    """Answer well, over a new connection each time."""
    await visit.request()
    await visit.send(GOOD.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))


async def healthy_answer(here: Neighbourhood) -> bytes:
    """Ask for /-/healthy over a new connection and return the status line."""
    host, _, port = here.posmon.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n")[0]


async def test_polls_leave_descriptors_to_the_rest(tmp_path: Path) -> None:
    """More terminals hang than posmon has sockets for: their polls are shed, `/-/healthy` answers anybody."""
    async with serving(hang) as server:
        bad = [bad_terminal(f"hangs-{number}", server.url()) for number in range(HANGING)]
        async with neighbourhood(tmp_path, *bad, healthy=40, descriptors=FEW) as here:
            names = [terminal.terminal_id for terminal in bad]

            async def is_shed() -> bool:
                assert await healthy_answer(here) == b"HTTP/1.1 200 OK"
                return await here.value("posmon_polls_skipped_total", reason="shed") >= HANGING

            await here.until(is_shed, "polls that are shed")
            await here.until_polled_as("timeout", *names, failures=2)
            await here.is_served()
            assert await healthy_answer(here) == b"HTTP/1.1 200 OK"


async def test_no_descriptor_left_is_nobody_s_fault_but_ours(tmp_path: Path) -> None:
    """Kept connections are polled on; what needs a new one is shed and not taken for down."""
    async with serving(close) as server:
        others = [bad_terminal(f"closes-{number}", server.url()) for number in range(10)]
        names = [terminal.terminal_id for terminal in others]
        detectors = {"TerminalOffline": {"for": "0s"}}
        async with neighbourhood(tmp_path, *others, detectors=detectors) as here:
            await here.until_polled_as("ok", *names, *here.healthy)
            pid, number = here.posmon.process.pid, resource.RLIMIT_NOFILE
            before = resource.prlimit(pid, number)
            resource.prlimit(pid, number, (1, before[1]))

            async def is_shed() -> bool:
                assert await here.posmon.status_of("/-/healthy") == 200
                return await here.value("posmon_polls_skipped_total", reason="shed") >= 3 * len(others)

            await here.until(is_shed, "polls that are shed")
            await here.is_served()
            assert await here.posmon.status_of("/-/reload", method="POST") == 422
            assert {name for name, _ in await here.posmon.firing()} == {"TerminalIdMismatch"}

            resource.prlimit(pid, number, before)
            visits = server.visits + len(others)

            async def is_polled() -> bool:
                return server.visits >= visits

            await here.until(is_polled, "polls over new connections")
            await here.until_polled_as("ok", *names)
            assert await here.posmon.status_of("/-/reload", method="POST") == 200
            await here.is_served()
