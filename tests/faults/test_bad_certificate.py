import asyncio
import datetime as dt
import ssl
from pathlib import Path

import trustme

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import answers, serving

HANDSHAKE = b"\x16"
"""The type of a TLS record that begins a handshake (RFC 8446 section 5.1)."""


def presenting(authority: trustme.CA, name: str = "127.0.0.1", *, year: int | None = None) -> ssl.SSLContext:
    """Return the settings of a server with a certificate for that name, good now or in that year only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    begins, ends = (dt.datetime(year, month, 1, tzinfo=dt.UTC) for month in (1, 12)) if year else (None, None)
    authority.issue_cert(name, not_before=begins, not_after=ends).configure_cert(context)
    return context


async def test_a_certificate_that_is_not_right_is_refused(tmp_path: Path) -> None:
    """Expired, for another host or by a stranger: the poll comes to `tls`, and nothing is ever asked."""
    trusted, stranger = trustme.CA(), trustme.CA()
    trusted.cert_pem.write_to_path(tmp_path / "ca.pem")
    expired, early = (presenting(trusted, year=year) for year in (2001, 2999))
    openings: list[bytes] = []

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        openings.append(await reader.read(1))
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with (
        serving(answers, tls=presenting(trusted)) as right,
        serving(answers, tls=expired) as past,
        serving(answers, tls=early) as future,
        serving(answers, tls=presenting(trusted, "elsewhere.test")) as other,
        serving(answers, tls=presenting(stranger)) as untrusted,
        await asyncio.start_server(plain, "127.0.0.1", 0) as no_tls,
    ):
        servers = {"expired": past, "early": future, "wrong-host": other, "untrusted": untrusted}
        bad = [bad_terminal(name, server.url(scheme="https")) for name, server in servers.items()]
        bad.append(bad_terminal("no-tls", f"https://127.0.0.1:{no_tls.sockets[0].getsockname()[1]}/"))
        bad.append(bad_terminal("right", right.url(scheme="https")))
        polling = {"ca_file": str(tmp_path / "ca.pem")}
        async with neighbourhood(tmp_path, *bad, polling=polling) as here:
            await here.until_polled_as("tls", *servers, "no-tls", failures=3)
            await here.until_polled_as("ok", "right")
            await here.is_served()
        assert {name: server.requests for name, server in servers.items()} == {name: [] for name in servers}
        assert set(openings) == {HANDSHAKE}


async def test_a_reload_takes_other_authorities_at_once(tmp_path: Path) -> None:
    """Whom they do not vouch for is refused, though its connection was kept open."""
    former, present = trustme.CA(), trustme.CA()
    ca_file = tmp_path / "ca.pem"
    former.cert_pem.write_to_path(ca_file)
    async with serving(answers, tls=presenting(former)) as terminal:
        bad = bad_terminal("terminal", terminal.url(scheme="https"))
        async with neighbourhood(tmp_path, bad, polling={"ca_file": str(ca_file)}) as here:
            await here.until_polled_as("ok", "terminal")
            present.cert_pem.write_to_path(ca_file)
            assert await here.posmon.status_of("/-/reload", method="POST") == 200
            await here.until_polled_as("tls", "terminal", failures=2)
            former.cert_pem.write_to_path(ca_file)
            assert await here.posmon.status_of("/-/reload", method="POST") == 200
            await here.until_polled_as("ok", "terminal")
            ca_file.write_text("junk")
            assert await here.posmon.status_of("/-/reload", method="POST") != 200
            await here.until_polled_as("ok", "terminal")
            await here.is_served()
