"""A process with 64 descriptors that polls one endpoint as 100 terminals at once.

`python -m tests.integration.heartbeat_client.few_descriptors URL MAX_SOCKETS LOOP` prints JSON: how many
polls came to each result, what one more poll came to afterwards, how many connections are kept, and how
many descriptors were free meanwhile for others.
"""

import asyncio
import json
import resource
import socket
import sys
from collections import Counter
from typing import Any

from monitor.domain.polling.poll_result import PollResult
from tests.fakes import until
from tests.integration.heartbeat_client.conftest import LOOPS
from tests.integration.heartbeat_client.polling import poll, polling_client, target_of

POLLS = 100
DESCRIPTORS = 64


def free_descriptors() -> int:
    """Return how many sockets can be opened now, up to ten."""
    opened: list[socket.socket] = []
    try:
        while len(opened) < 10:
            opened.append(socket.socket())
    except OSError:
        pass
    for one in opened:
        one.close()
    return len(opened)


async def crowd(url: str, max_sockets: int) -> dict[str, Any]:
    """Poll and report."""
    async with polling_client(concurrency=POLLS, max_sockets=max_sockets) as client:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        results: list[PollResult] = []
        for _ in range(POLLS):
            client.begin(target_of(url), results.append)
        await asyncio.sleep(0.1)  # noqa: TID251 - real time in which they connect; the server is slower
        free = free_descriptors()
        await until(lambda: len(results) == POLLS)
        one_more = await poll(client, target_of(url))
        return {
            "results": Counter(f"{result.outcome} {result.detail}".strip() for result in results),
            "one more": one_more.outcome,
            "kept": client.kept_connections,
            "free": free,
        }


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=LOOPS[sys.argv[3]]) as runner:
        sys.stdout.write(json.dumps(runner.run(crowd(sys.argv[1], int(sys.argv[2])))))
