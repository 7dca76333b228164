"""Out of file descriptors: polls are shed and counted, and others keep theirs."""

import asyncio
import json
import resource
import sys
from typing import Any

import pytest

from monitor.adapters.collectors.http_json import raise_descriptor_limit, socket_budget
from tests.integration.heartbeat_client.conftest import LOOPS
from tests.integration.heartbeat_client.few_descriptors import DESCRIPTORS, POLLS
from tests.integration.heartbeat_client.scripted_server import GOOD, Visit, serving

MODULE = "tests.integration.heartbeat_client.few_descriptors"


async def slow(visit: Visit) -> None:
    """Answer after half a second, so that all polls are open at once."""
    while True:
        await visit.request()
        await asyncio.sleep(0.5)  # noqa: TID251 - the pause is the behaviour
        await visit.send(GOOD)


async def report_of(max_sockets: int, loop: str) -> dict[str, Any]:
    """Run the crowded process and return what it reports."""
    async with serving(slow) as server:
        command = [sys.executable, "-m", MODULE, server.url(), str(max_sockets), loop]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        async with asyncio.timeout(30):
            output, _ = await process.communicate()
    assert process.returncode == 0
    report: dict[str, Any] = json.loads(output)
    return report


@pytest.mark.asyncio(loop_factories=["asyncio"])
@pytest.mark.parametrize("loop", LOOPS)
async def test_out_of_file_descriptors_polls_are_shed(loop: str) -> None:
    """Without a budget the system's refusal comes to SHED, never to a fault of the terminal."""
    report = await report_of(10_000, loop)
    shed = report["results"].pop("shed posmon is out of file descriptors")
    ok = report["results"].pop("ok")
    assert (report["results"], ok + shed) == ({}, POLLS)
    assert DESCRIPTORS // 2 < ok < DESCRIPTORS
    assert report["one more"] in {"ok", "shed"}


@pytest.mark.asyncio(loop_factories=["asyncio"])
@pytest.mark.parametrize("loop", LOOPS)
async def test_within_its_budget_polling_leaves_descriptors_to_others(loop: str) -> None:
    """With a budget the same crowd leaves the web side room, and polling goes on afterwards."""
    report = await report_of(40, loop)
    assert report["results"] == {"ok": 40, "shed too many polls under way": POLLS - 40}
    assert report["free"] >= 5
    assert report["kept"] == 30
    assert report["one more"] == "ok"


@pytest.mark.parametrize(
    ("soft", "budget"),
    [
        pytest.param(1024, 768, id="a usual limit: less the reserve"),
        pytest.param(300, 75, id="a small limit: a quarter of it"),
    ],
)
def test_the_budget_follows_the_limit(soft: int, budget: int) -> None:
    """What polling may hold is the soft limit less a reserve for everything else."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, limits[1]))
    try:
        assert socket_budget() == budget
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_the_hard_limit_is_used() -> None:
    """A low soft limit, the usual one of a login shell, does not bound a fleet."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, limits[1]))
    try:
        raise_descriptor_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (limits[1], limits[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
