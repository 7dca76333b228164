"""The web side over TLS, as the daemon serves it."""

import asyncio
import datetime as dt
import json
import re
import socket
import ssl
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
import uvloop
from structlog.testing import capture_logs

from monitor.adapters.server_tls import ServerTls
from monitor.config.loading import load_settings
from monitor.config.web_settings import PUSH_RATE
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.errors import InvalidConfiguration, InvalidDocument
from monitor.domain.pushing.limits import PushLimits
from monitor.web import serve_web
from monitor.web.listener.connection import Bounds
from monitor.web.server import WebListener
from tests.fakes import FakeClock
from tests.fleets import make_fleet
from tests.integration.web.site import ScriptedReload
from tests.real import require
from tests.tokens import issued, write_tokens

READER = issued(1)
AUTHORITY = trustme.CA()
FAR = dt.datetime(2050, 6, 1, tzinfo=dt.UTC)
NEAR = dt.datetime(2049, 6, 1, tzinfo=dt.UTC)


def write_identity(folder: Path, not_after: dt.datetime = FAR, *, name: str = "127.0.0.1") -> None:
    """Replace certificate and key of a folder."""
    identity = AUTHORITY.issue_cert(name, not_after=not_after)
    for part, path in ((identity.cert_chain_pems[0], "web.pem"), (identity.private_key_pem, "web.key")):
        part.write_to_path(folder / f"{path}.new")
        (folder / f"{path}.new").chmod(0o600)
        (folder / f"{path}.new").replace(folder / path)


def client_tls() -> ssl.SSLContext:
    """Return the settings of a client that believes the authority."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


class Served:
    """A daemon's web side with TLS and tokens, in a folder."""

    def __init__(self, folder: Path, listener: WebListener, living: Any) -> None:
        self.folder = folder
        self.port = listener.port
        self.connections = listener.connections
        self.clock: FakeClock = living.clock

    async def connect(
        self, context: ssl.SSLContext | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect with TLS."""
        return await asyncio.open_connection("127.0.0.1", self.port, ssl=context or client_tls())

    async def get(self, path: str, context: ssl.SSLContext | None = None) -> bytes:
        """Return a whole answer."""
        reader, writer = await self.connect(context)
        field = READER.header["Authorization"]
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {field}\r\n\r\n"
        writer.write(request.encode())
        try:
            return await reader.read()
        finally:
            writer.close()

    async def certificate_end(self) -> str:
        """Return when the certificate that is shown ends."""
        _, writer = await self.connect()
        shown = writer.get_extra_info("peercert")["notAfter"]
        writer.close()
        return str(shown)


def expiry_in(metrics: bytes) -> float:
    """Return what the metrics say of the certificate's end."""
    found = re.search(rb"^posmon_tls_certificate_expiry_timestamp_seconds (\S+)$", metrics, re.MULTILINE)
    assert found
    return float(found[1])


@asynccontextmanager
async def serving_tls(folder: Path, **web: Any) -> AsyncIterator[Served]:
    """Serve a fleet on every address, as only TLS and tokens allow."""
    write_identity(folder)
    write_tokens(folder / "tokens", READER)
    section = {
        "listen": "0.0.0.0:0",
        "tokens_file": "tokens",
        "tls": {"cert_file": "web.pem", "key_file": "web.key"},
    } | web
    (folder / "posmon.yaml").write_text(json.dumps({"web": section}), encoding="utf-8")
    living = make_fleet(1)
    async with serve_web(
        read_model=living.read_model,
        store=living.store,
        reload=ScriptedReload(),
        settings=load_settings(folder / "posmon.yaml", {}),
        statistics=living.access,
        push_limits=PushLimits(per_s=PUSH_RATE),
    ) as listener:
        yield Served(folder, listener, living)


async def test_everything_is_served_over_tls(tmp_path: Path) -> None:
    """Beyond loopback pages are served to who has a token, with the protection of before."""
    async with serving_tls(tmp_path) as served:
        answer = await served.get("/")
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"Content-Security-Policy: default-src 'none'" in answer
        metrics = await served.get("/metrics")
    assert expiry_in(metrics) == FAR.timestamp()


async def test_plain_http_is_not_spoken(tmp_path: Path) -> None:
    """Who forgets the s gets nothing, least of all a chance to send a token in the open again."""
    async with serving_tls(tmp_path) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with suppress(ConnectionError):
            assert b"HTTP/" not in await reader.read()
        writer.close()


async def test_old_protocols_are_refused(tmp_path: Path) -> None:
    """TLS 1.2 and 1.3 are spoken, nothing older."""
    spoken = {}
    async with serving_tls(tmp_path) as served:
        for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = client_tls()
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            old = pytest.warns(DeprecationWarning, match="TLSv1_1")
            with old if version < ssl.TLSVersion.TLSv1_2 else nullcontext():
                context.minimum_version = context.maximum_version = version
            try:
                spoken[version.name] = (await served.get("/-/healthy", context))[:12]
            except (ssl.SSLError, ConnectionError):
                spoken[version.name] = b"refused"
    assert spoken == {"TLSv1_1": b"refused", "TLSv1_2": b"HTTP/1.1 200", "TLSv1_3": b"HTTP/1.1 200"}


async def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    """The next handshake some seconds later shows it; connections that are open stay."""
    async with serving_tls(tmp_path) as served:
        assert "2050" in await served.certificate_end()
        reader, writer = await served.connect()
        write_identity(tmp_path, NEAR)
        served.clock.turn(5.0)
        assert "2049" in await served.certificate_end()
        writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"healthy\n")
        writer.close()
        metrics = await served.get("/metrics")
    assert expiry_in(metrics) == NEAR.timestamp()


def _damage(folder: Path) -> None:
    (folder / "web.pem").write_text("damaged", encoding="utf-8")


def _swap_key(folder: Path) -> None:
    AUTHORITY.issue_cert("x").private_key_pem.write_to_path(folder / "web.key")


def _remove(folder: Path) -> None:
    (folder / "web.pem").unlink()


@pytest.mark.parametrize("spoil", [_damage, _swap_key, _remove])
async def test_a_bad_renewal_changes_nothing_but_the_log(spoil: Any, tmp_path: Path) -> None:
    """The old certificate is shown on, what is wrong is logged once, and a good pair mends it."""
    async with serving_tls(tmp_path) as served:
        with capture_logs() as events:
            spoil(tmp_path)
            for _ in range(3):
                served.clock.turn(5.0)
                assert "2050" in await served.certificate_end()
        assert [event["event"] for event in events] == ["tls.certificate_refused"]
        write_identity(tmp_path, NEAR)
        served.clock.turn(5.0)
        assert "2049" in await served.certificate_end()


async def test_silence_instead_of_a_handshake_is_cut_off(tmp_path: Path) -> None:
    """A connection that never shakes hands does not stay, and keeps nobody out meanwhile."""
    async with serving_tls(tmp_path) as served:
        silent = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(20)]
        assert (await served.get("/-/healthy")).startswith(b"HTTP/1.1 200 ")
        async with asyncio.timeout(20):
            for reader, writer in silent:
                with suppress(ConnectionError):
                    assert await reader.read() == b""
                writer.close()


@pytest.mark.parametrize(("group", "is_spoken"), [("P-256", True), ("ffdhe8192", False)])
async def test_nobody_makes_posmon_compute(tmp_path: Path, group: str, *, is_spoken: bool) -> None:
    """A key agreement over a finite field, a tenth of a second of arithmetic for strangers, is refused."""
    openssl = require("openssl")
    async with serving_tls(tmp_path) as served:
        place = f"127.0.0.1:{served.port}"
        command = [openssl, "s_client", "-tls1_3", "-groups", group, "-connect", place]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        assert (await process.wait() == 0) is is_spoken


def test_tls_on_uvloop(tmp_path: Path) -> None:
    """The daemon's loop has TLS of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test_everything_is_served_over_tls(tmp_path))
        runner.run(test_a_renewed_certificate_is_shown_without_a_restart(tmp_path))


async def test_bad_tokens_keep_it_from_starting(tmp_path: Path) -> None:
    """Without a file of tokens it does not listen, and says how to make one."""
    write_identity(tmp_path)
    with pytest.raises(InvalidDocument, match="there is no such file; `posmon token create` makes it"):
        async with serving_tls(tmp_path, tokens_file="nothing"):
            pass


def _identity_of(folder: Path) -> ServerTls:
    return ServerTls(
        cert_file=folder / "web.pem",
        key_file=folder / "web.key",
        clock=FakeClock(),
        statistics=AccessStatistics(),
    )


def test_a_bad_pair_at_the_start_is_a_fault(tmp_path: Path) -> None:
    """What cannot be used is told with its file."""
    write_identity(tmp_path)
    _swap_key(tmp_path)
    with pytest.raises(InvalidConfiguration, match=r"web\.pem: web\.tls: certificate and key are not"):
        _identity_of(tmp_path)


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o604, True), (0o660, True)])
def test_a_key_open_to_others_is_remarked(mode: int, warned: bool, tmp_path: Path) -> None:
    """It is served all the same, but the log says so."""
    write_identity(tmp_path)
    (tmp_path / "web.key").chmod(mode)
    with capture_logs() as events:
        _identity_of(tmp_path)
    assert [event["event"] for event in events] == ["tls.key_open_to_others"] * warned


def test_an_expired_certificate_is_remarked(tmp_path: Path) -> None:
    """Clients will refuse it; the operator hears it from posmon first."""
    write_identity(tmp_path, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    with capture_logs() as events:
        _identity_of(tmp_path)
    assert [event["event"] for event in events] == ["tls.certificate_expired"]


async def test_handshakes_are_bounded_like_connections(tmp_path: Path) -> None:
    """Who opens connections without end and never shakes hands keeps few of them, and nobody out."""
    most = Bounds().per_source
    async with serving_tls(tmp_path) as served, AsyncExitStack() as stack:
        for _ in range(2 * most):
            silent = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            silent.sendall(b"\x16\x03\x01")
        assert (await served.get("/-/healthy")).startswith(b"HTTP/1.1 200 ")
        assert 0 < len(served.connections) <= most


def test_handshakes_are_bounded_on_uvloop(tmp_path: Path) -> None:
    """The daemon's loop has sockets of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test_handshakes_are_bounded_like_connections(tmp_path))
