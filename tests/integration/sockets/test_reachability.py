import asyncio
from ipaddress import ip_network

import pytest

from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.poll_result import Outcome
from tests.integration.sockets.asking import ask, collector, terminal


async def closing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the connection and close it."""


async def test_a_port_that_takes_a_connection_is_up() -> None:
    """Nothing is sent, and nothing is known beyond that."""
    async with terminal(closing) as port, collector() as asking:
        result = await ask(asking, f"tcp://127.0.0.1:{port}")
    assert (result.outcome, result.reading) == (Outcome.OK, None)


async def test_a_name_is_resolved() -> None:
    """Localhost leads to an allowed address."""
    async with terminal(closing) as port, collector() as asking:
        result = await ask(asking, f"tcp://localhost:{port}")
    assert result.outcome is Outcome.OK


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_forbidden_addresses_are_never_connected_to(host: str) -> None:
    """The policy holds for addresses and for what names lead to."""
    policy = AddressPolicy(allowed_networks=(ip_network("192.0.2.0/24"),))
    async with terminal(closing) as port, collector(policy=policy) as asking:
        result = await ask(asking, f"tcp://{host}:{port}")
    assert result.outcome in {Outcome.REFUSED, Outcome.DNS}
    assert "allowed" in result.detail


async def test_a_closed_port_is_refused() -> None:
    """Nobody listens there."""
    async with collector() as asking:
        result = await ask(asking, "tcp://127.0.0.77:9")
    assert (result.outcome, result.detail) == (Outcome.REFUSED, "connection refused")
