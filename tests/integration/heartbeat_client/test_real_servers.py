"""nginx and aiohttp's server, asked by this client and by aiohttp's: both must read the same."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import trustme
from aiohttp import web

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, client_tls
from monitor.domain.heartbeat.decoding import decode_heartbeat
from monitor.domain.polling.poll_result import Outcome
from tests.fakes import until
from tests.integration.heartbeat_client.polling import MakeClient, poll, target_of
from tests.real import free_port, require

DOCUMENT = (
    b'{"terminal_id": "10000001", "merchant_id": "898310148160568", "battery": {"percent": 87}, '
    b'"printer": {"status": "ok"}, "network": {"type": "cellular", "signal_dbm": -71}, "events": []}'
)

CONFIGURATION = """
daemon off; master_process off; pid {room}/pid; error_log stderr; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type text/html; types {{ application/json json; }}
  client_body_temp_path {room}/1; proxy_temp_path {room}/2; fastcgi_temp_path {room}/3;
  uwsgi_temp_path {room}/4; scgi_temp_path {room}/5;
  server {{ listen 127.0.0.1:{port} {listen}; root {room}/www; {directives} }}
}}
"""

StartNginx = Callable[..., Awaitable[int]]


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def nginx(room: Path, *, listen: str, directives: str) -> AsyncIterator[int]:
    """Run nginx with the files in `room` until the block ends; yield its port."""
    port = free_port()
    path = room / "nginx.conf"
    path.write_text(CONFIGURATION.format(room=room, port=port, listen=listen, directives=directives))
    log = (room / "log").open("wb")
    with log:
        process = await asyncio.create_subprocess_exec(
            require("nginx"), "-p", str(room), "-c", str(path), stdout=log, stderr=log
        )
        try:
            await until(lambda: answers(port) or process.returncode is not None, within_s=10)
            assert process.returncode is None, (room / "log").read_text()
            yield port
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@pytest.fixture
async def start_nginx(tmp_path: Path) -> AsyncIterator[StartNginx]:
    """Return a function that starts nginx with extra directives and returns its port."""
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "heartbeat.json").write_bytes(DOCUMENT)
    async with AsyncExitStack() as stack:

        async def start(directives: str = "", *, listen: str = "") -> int:
            return await stack.enter_async_context(nginx(tmp_path, listen=listen, directives=directives))

        yield start


async def assert_read_alike(client: HttpHeartbeatClient, url: str, *, polls: int = 3) -> None:
    """Poll `url` and compare with what aiohttp's client reads there."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert (response.status, response.content_type) == (200, "application/json")
        expected = decode_heartbeat(await response.read())
    target = target_of(url)
    for _ in range(polls):
        result = await poll(client, target)
        assert (result.outcome, result.reading) == (Outcome.OK, expected), result


@pytest.mark.parametrize(
    "directives",
    [
        pytest.param("", id="plain"),
        pytest.param("gzip on; gzip_types application/json; gzip_min_length 0;", id="gzip, so chunked"),
        pytest.param("gzip on; gzip_types application/json; gzip_min_length 0; gzip_http_version 1.1; "
                     "chunked_transfer_encoding off;", id="gzip until close"),
        pytest.param("keepalive_timeout 0;", id="never keeps"),
        pytest.param("keepalive_timeout 60 60;", id="says how long it keeps"),
        pytest.param("keepalive_requests 2;", id="keeps for two requests"),
    ],
)  # fmt: skip
async def test_nginx(client: HttpHeartbeatClient, start_nginx: StartNginx, directives: str) -> None:
    """However nginx frames and keeps, the heartbeat is read as aiohttp's client reads it."""
    port = await start_nginx(directives)
    await assert_read_alike(client, f"http://127.0.0.1:{port}/heartbeat.json")
    keeps = "keepalive_timeout 0" not in directives and "chunked_transfer_encoding off" not in directives
    assert client.kept_connections == int(keeps)


async def test_nginx_that_closes_idle_connections(make_client: MakeClient, start_nginx: StartNginx) -> None:
    """A server that keeps for a second costs no poll, and after two losses is not kept any more."""
    client = make_client(keep_alive="auto")
    port = await start_nginx("keepalive_timeout 1;")
    target = target_of(f"http://127.0.0.1:{port}/heartbeat.json")
    kept = []
    for _ in range(3):
        assert (await poll(client, target)).outcome is Outcome.OK
        kept.append(client.kept_connections)
        await until(lambda: client.kept_connections == 0)
    assert kept == [1, 1, 0]


async def test_nginx_killed(client: HttpHeartbeatClient, tmp_path: Path, start_nginx: StartNginx) -> None:
    """A kept connection that died with its server is noticed, and the retry finds nobody: `refused`."""
    port = await start_nginx()
    target = target_of(f"http://127.0.0.1:{port}/heartbeat.json")
    assert (await poll(client, target)).outcome is Outcome.OK
    os.kill(int((tmp_path / "pid").read_text()), 9)
    await until(lambda: not answers(port))
    assert (await poll(client, target)).outcome is Outcome.REFUSED


async def test_nginx_without_a_heartbeat(
    client: HttpHeartbeatClient, tmp_path: Path, start_nginx: StartNginx
) -> None:
    """What nginx says instead of a heartbeat is told apart."""
    port = await start_nginx(
        "location /moved { return 301 /heartbeat.json; } location /empty { return 204; }"
    )
    (tmp_path / "www" / "page.html").write_text("<html>")
    results = {
        path: await poll(client, target_of(f"http://127.0.0.1:{port}/{path}"))
        for path in ("absent.json", "", "page.html", "moved", "empty")
    }
    assert {path: (result.outcome, result.detail) for path, result in results.items()} == {
        "absent.json": (Outcome.HTTP_STATUS, "status 404"),
        "": (Outcome.HTTP_STATUS, "status 403"),
        "page.html": (Outcome.PROTOCOL, "content type not application/json"),
        "moved": (Outcome.REDIRECT, "status 301"),
        "empty": (Outcome.HTTP_STATUS, "status 204"),
    }


async def serve_plain(_request: web.Request) -> web.StreamResponse:
    """Answer with a length."""
    return web.Response(body=DOCUMENT, content_type="application/json")


async def serve_gzip(_request: web.Request) -> web.StreamResponse:
    """Answer compressed."""
    response = web.Response(body=DOCUMENT, content_type="application/json", charset="utf-8")
    response.enable_compression(web.ContentCoding.gzip)
    return response


async def serve_chunked(request: web.Request) -> web.StreamResponse:
    """Answer in small chunks, with a pause between."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    for at in range(0, len(DOCUMENT), 50):
        await response.write(DOCUMENT[at : at + 50])
        await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, so that chunks leave one by one
    await response.write_eof()
    return response


async def serve_closing(_request: web.Request) -> web.StreamResponse:
    """Answer and close."""
    response = web.Response(body=DOCUMENT, content_type="application/json")
    response.force_close()
    return response


@pytest.mark.parametrize("handler", [serve_plain, serve_gzip, serve_chunked, serve_closing])
async def test_aiohttp(
    client: HttpHeartbeatClient, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> None:
    """However aiohttp's server frames and keeps, the heartbeat is read as its own client reads it."""
    app = web.Application()
    app.router.add_get("/heartbeat", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        await assert_read_alike(client, f"http://{host}:{port}/heartbeat")
        assert client.kept_connections == int(handler is not serve_closing)
    finally:
        await runner.cleanup()


def nginx_certificate(room: Path, *names: str) -> str:
    """Leave a certificate for each name, and their authority's, in `room`; return the directives."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(room / "ca.pem")
    for name in ("127.0.0.1", *names):
        issued = authority.issue_cert(name)
        issued.private_key_and_cert_chain_pem.write_to_path(room / f"{name}.pem")
    return f"ssl_certificate {room}/127.0.0.1.pem; ssl_certificate_key {room}/127.0.0.1.pem;"


async def test_nginx_over_tls(make_client: MakeClient, tmp_path: Path, start_nginx: StartNginx) -> None:
    """A real TLS server is verified, kept, and gets our certificate when it requires one."""
    certificate = nginx_certificate(tmp_path, "posmon.test")
    client_side = f"ssl_verify_client on; ssl_client_certificate {tmp_path}/ca.pem;"
    port = await start_nginx(f"{certificate} {client_side}", listen="ssl")
    url = f"https://127.0.0.1:{port}/heartbeat.json"

    ours = tmp_path / "posmon.test.pem"
    known = make_client(tls=client_tls(ca_file=tmp_path / "ca.pem", client_cert=ours))
    for _ in range(2):
        target = target_of(url)
        assert (await poll(known, target)).outcome is Outcome.OK
        assert known.kept_connections == 1
        known.forget(target)

    stranger = make_client(tls=client_tls(ca_file=tmp_path / "ca.pem"))
    result = await poll(stranger, target_of(url))
    assert (result.outcome, result.detail) == (Outcome.HTTP_STATUS, "status 400")


@pytest.mark.parametrize(
    ("sessions", "first_six"),
    [
        pytest.param("ssl_protocols TLSv1.2;", "..rrrr", id="1.2, tickets"),
        pytest.param("ssl_protocols TLSv1.3;", "..rrrr", id="1.3, tickets"),
        pytest.param("ssl_protocols TLSv1.2; ssl_session_tickets off; ssl_session_cache shared:a:1m;",
                     "..rrrr", id="1.2, session ids"),
        pytest.param("ssl_protocols TLSv1.3; ssl_session_tickets off; ssl_session_cache shared:a:1m;",
                     "..rrrr", id="1.3, tickets that nginx remembers"),
        pytest.param("ssl_protocols TLSv1.2; ssl_session_tickets off;", "......", id="1.2, none"),
        pytest.param("ssl_protocols TLSv1.3; ssl_session_tickets off;", "......", id="1.3, none"),
    ],
)  # fmt: skip
async def test_nginx_resumes_sessions(
    make_client: MakeClient, tmp_path: Path, start_nginx: StartNginx, sessions: str, first_six: str
) -> None:
    """The server itself says that every connection from the third on is resumed, if it resumes any."""
    body = '{"terminal_id": "$ssl_session_reused"}'
    says = f"location /said {{ default_type application/json; return 200 '{body}'; }}"
    port = await start_nginx(
        f"{nginx_certificate(tmp_path)} {sessions} keepalive_timeout 0; {says}", listen="ssl"
    )
    client = make_client(tls=client_tls(ca_file=tmp_path / "ca.pem"))
    target = target_of(f"https://127.0.0.1:{port}/said")
    results = [await poll(client, target) for _ in range(6)]
    assert "".join(result.reading.terminal_id for result in results if result.reading) == first_six
