"""A simulated PAXSTORE, in memory and on a free port of loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from yarl import URL

from monitor.simulator.behaviour import document_at
from monitor.simulator.fleet import make_sites, make_terminals
from monitor.simulator.listing import Listing
from monitor.simulator.paxstore_cloud import PaxstoreCloud
from monitor.simulator.server import PollerConnection, SignedRequestConnection
from tests.fakes import START


def listing(terminals: int) -> Listing:
    """Return so many terminals, all online and seen at START."""
    fleet = make_terminals(list(make_sites(terminals, seed=1)), seed=1)
    return [(document_at(one, elapsed_s=0.0, wall=START.wall), True, START.wall) for one in fleet]


@asynccontextmanager
async def served(cloud: PaxstoreCloud, terminals: Listing) -> AsyncIterator[URL]:
    """Let a cloud answer over HTTP; return its address."""
    connections: set[PollerConnection] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: SignedRequestConnection(
            lambda request: cloud.respond(request, lambda: terminals), connections
        ),
        "127.0.0.1",
        0,
    )
    try:
        yield URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    finally:
        server.close()
        for connection in list(connections):
            connection.abort()
        await server.wait_closed()
