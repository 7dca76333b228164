"""Reference: the least that polling over HTTP can cost here, an asyncio.Protocol with httptools on uvloop.

It has no deadline, no decoding, no retry, no schedule worth the name and no memory: a floor, not a rival.
"""

import asyncio
from typing import cast

import httptools
import uvloop

from bench import fleet
from bench.programs.pacing import Pacer, Task, task_from_arguments


class Poll(asyncio.Protocol):
    """One connection to one terminal; the body is gathered and dropped."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask at once."""
        self._transport = cast(asyncio.Transport, transport)
        self.ask()

    def ask(self) -> None:
        """Send the request."""
        self._body.clear()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Gather the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """End the connection if it is for one poll."""
        b"".join(self._body)
        if not self._parser.should_keep_alive():
            self._transport.close()


class BareClient:
    """Begins polls, on the connection a terminal has or on a new one."""

    def __init__(self, task: Task) -> None:
        self._port = task.port
        self._fresh = task.fresh
        self._requests = [
            f"GET {fleet.path(index)} HTTP/1.1\r\nHost: {fleet.host(index)}:{task.port}\r\n\r\n".encode()
            for index in range(task.count)
        ]
        self._kept: dict[int, Poll] = {}
        self._connecting: dict[int, asyncio.Task[None]] = {}
        self._loop = asyncio.get_running_loop()

    def begin(self, index: int) -> None:
        """Poll terminal `index`, unless it is being connected to."""
        if index in self._kept:
            self._kept[index].ask()
        elif index not in self._connecting:
            self._connecting[index] = self._loop.create_task(self._connect(index))

    async def _connect(self, index: int) -> None:
        try:
            _, poll = await self._loop.create_connection(
                lambda: Poll(self._requests[index]), fleet.host(index), self._port
            )
        finally:
            del self._connecting[index]
        if not self._fresh:
            self._kept[index] = poll


async def _poll(task: Task) -> None:
    Pacer(task=task, begin=BareClient(task).begin).tick()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_poll(task_from_arguments()))
