"""Probing a TCP port on this machine."""

import asyncio
import socket

import pytest

from monitor.adapters.uplink_probe import TcpUplinkProbe


async def test_a_listening_place_is_reachable() -> None:
    """A connection is all that is asked for; it is hung up at once."""
    hung_up = asyncio.Event()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.read() == b""
        except ConnectionResetError:
            pass
        finally:
            writer.close()
            hung_up.set()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await TcpUplinkProbe(f"127.0.0.1:{port}").reachable()
        await asyncio.wait_for(hung_up.wait(), 5)


async def test_a_closed_port_is_not_reachable() -> None:
    """A refusal is an answer of the host, but not of the place."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert not await TcpUplinkProbe(f"127.0.0.1:{bound.getsockname()[1]}").reachable()


async def test_a_silent_place_is_given_up_at_the_deadline() -> None:
    """A full backlog drops the handshake, as a dead network does."""
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(deaf.getsockname())
        port = deaf.getsockname()[1]
        async with asyncio.timeout(5):
            assert not await TcpUplinkProbe(f"127.0.0.1:{port}", deadline_s=0.2).reachable()


@pytest.mark.parametrize("place", ["no-such-host.invalid:53", "[::1]:1", f"{'x' * 70}.example:53"])
async def test_what_cannot_be_found_is_not_reachable(place: str) -> None:
    """Names that do not resolve, or cannot, are results and no errors."""
    assert not await TcpUplinkProbe(place, deadline_s=1.0).reachable()


@pytest.mark.parametrize("place", ["", "host", "host:", ":53", "host:x", "host:0", "host:65536", "[]:53"])
def test_what_is_no_place_is_refused(place: str) -> None:
    """A mistake in the configuration shows when it is read."""
    with pytest.raises(ValueError, match="not host:port"):
        TcpUplinkProbe(place)


def test_a_probe_is_named_as_configured() -> None:
    """The evidence on an alert names the place in the operator's own words."""
    assert TcpUplinkProbe("[2001:db8::1]:53").name == "[2001:db8::1]:53"
