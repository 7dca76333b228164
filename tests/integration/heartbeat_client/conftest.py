"""The real client on both event loops."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme
import uvloop

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, client_tls
from monitor.adapters.collectors.http_json.resolver import Lookup, ThreadedResolver, system_lookup
from monitor.adapters.system import SystemClock
from tests.integration.heartbeat_client.polling import MakeClient, new_client

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.SelectorEventLoop,
    "uvloop": uvloop.new_event_loop,
}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test of this directory on both loops."""
    del config, item
    return LOOPS


@pytest.fixture
async def make_client() -> AsyncIterator[MakeClient]:
    """Return a function that makes a client, by default one that may poll this host."""
    async with AsyncExitStack() as stack:

        def make(*, lookup: Lookup = system_lookup, **options: Any) -> HttpHeartbeatClient:
            clock = options.get("clock", SystemClock())
            resolver = ThreadedResolver(clock=clock, threads=2, lookup=lookup)
            client = new_client(resolver, **options)
            stack.push_async_exit(resolver)
            stack.push_async_exit(client)
            return client

        yield make


@pytest.fixture
async def client(make_client: MakeClient) -> HttpHeartbeatClient:
    """Return the client most tests need."""
    return make_client()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return the authority that the client trusts."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """Return its certificate in a file."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
async def https_client(make_client: MakeClient, ca_file: Path) -> HttpHeartbeatClient:
    """Return a client that trusts the authority; every name is 127.0.0.1."""
    return make_client(tls=client_tls(ca_file=ca_file), lookup=lambda _host: ["127.0.0.1"])
