"""A process with a network of its own: loopback alone, two local ports, and no IPv6.

`unshare --map-root-user --net python -m tests.integration.heartbeat_client.bare_network` prints JSON: what
connecting to each of some addresses came to, with the ports used up.
"""

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

from monitor.adapters.collectors.http_json.failures import failure_of
from monitor.adapters.collectors.http_json.wires import Wire, Wires

SETTINGS = {"ipv6/conf/all/disable_ipv6": "1", "ipv4/ip_local_port_range": "40000 40001"}


class Silent:
    """A speaker whose wire never opens."""

    def connection_made(self, transport: Wire) -> None:
        """Fail: it was not to open."""
        raise AssertionError(transport)

    def data_received(self, data: bytes) -> None:
        """Take nothing."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Hear nothing."""


async def failures(port: int) -> dict[str, str]:
    """Return what became of an attempt to reach each address."""
    wires, found = Wires(), {}
    for address in ("127.0.0.1", "::1", "2001:db8::1", "192.0.2.1"):
        failed: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        wires.connect(address, port, speaker=Silent(), failed=failed.set_result)
        async with asyncio.timeout(5):
            found[address] = " ".join(failure_of(await failed))
    await wires.aclose()
    return found


def main() -> None:
    """Lay the network bare and report."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for name, value in SETTINGS.items():
        Path("/proc/sys/net", name).write_text(value, encoding="ascii")
    with socket.socket() as server:
        server.bind(("127.0.0.1", 5555))
        server.listen()
        taken = [socket.create_connection(server.getsockname()) for _ in range(2)]
        sys.stdout.write(json.dumps(asyncio.run(failures(5555))))
        for one in taken:
            one.close()


if __name__ == "__main__":
    main()
