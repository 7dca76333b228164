"""A simulated vendor's cloud whose account changes: terminals come, go, and stand elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from monitor.adapters.system import SystemClock
from monitor.simulator.behaviour import document_at
from monitor.simulator.clouds import connection_of, open_cloud
from monitor.simulator.document import Document
from monitor.simulator.fleet import make_sites, make_terminals
from monitor.simulator.listing import Listing
from monitor.simulator.server import PollerConnection


class ChangingCloud:
    """What the cloud of one kind lists; `is_there` False: it answers nobody."""

    def __init__(self, kind: str, terminals: int) -> None:
        self.kind = kind
        self.url = ""
        self._clock = SystemClock()
        self._fleet = make_terminals(list(make_sites(terminals, seed=1)), seed=1)
        self._offline: set[str] = set()
        self._listed = {one.terminal_id for one in self._fleet}

    @property
    def ids(self) -> list[str]:
        """Return every terminal's id, listed or not."""
        return [one.terminal_id for one in self._fleet]

    def list_only(self, *terminals: str) -> None:
        """Let the account have these alone."""
        self._listed = set(terminals)

    def lose(self, *terminals: str) -> None:
        """Let these be offline, and all others online."""
        self._offline = set(terminals)

    def listing(self) -> Listing:
        """Return what the cloud says now."""
        wall = self._clock.now().wall
        documents: list[Document] = [document_at(one, elapsed_s=0.0, wall=wall) for one in self._fleet]
        return [
            (document, document.terminal_id not in self._offline, wall)
            for document in documents
            if document.terminal_id in self._listed
        ]


@asynccontextmanager
async def changing_cloud(kind: str, terminals: int) -> AsyncIterator[ChangingCloud]:
    """Serve a cloud on a free port of loopback."""
    cloud = ChangingCloud(kind, terminals)
    answer, connection = open_cloud(kind, SystemClock()), connection_of(kind)
    connections: set[PollerConnection] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: connection(lambda request: answer(request, cloud.listing), connections), "127.0.0.1", 0
    )
    cloud.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield cloud
    finally:
        server.close()
        for one in list(connections):
            one.abort()
        await server.wait_closed()
