from pathlib import Path

import trustme

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import Visit, serving
from tests.integration.heartbeat_client.tls_servers import server_tls

MANY = 60


async def test_handshakes_by_the_hundred_hold_up_nobody(tmp_path: Path) -> None:
    """Terminals that need a handshake for each poll, and others that stop halfway, leave the rest in time."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    async def answers_once(visit: Visit) -> None:
        head = await visit.request()
        terminal_id = head.split()[1].decode().removeprefix("/heartbeat-")
        body = b'{"terminal_id": "%s"}' % terminal_id.encode()
        fields = b"Content-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        await visit.send(b"HTTP/1.1 200 OK\r\n" + fields % len(body) + body)

    async def stops_halfway(visit: Visit) -> None:
        await visit.send(b"\x16\x03\x03\x00\x7a\x02")
        await visit.hang()

    async with (
        serving(answers_once, tls=server_tls(authority, "127.0.0.1")) as shop,
        serving(stops_halfway) as mute,
    ):
        fresh = [f"fresh-{number}" for number in range(MANY)]
        stuck = [f"stuck-{number}" for number in range(MANY)]
        bad = [bad_terminal(name, f"{shop.url(scheme='https')}-{name}") for name in fresh]
        bad += [bad_terminal(name, f"{mute.url(scheme='https')}-{name}") for name in stuck]
        polling = {"ca_file": str(tmp_path / "ca.pem")}
        async with neighbourhood(tmp_path, *bad, polling=polling) as here:
            await here.until_polled_as("timeout", *stuck, failures=2)
            await here.until_polled_as("ok", *fresh)
            await here.is_served()
