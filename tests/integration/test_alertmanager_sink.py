"""The Alertmanager sink against receivers that misbehave."""

import asyncio
import base64
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.alert_sink import Delivery
from tests.contract.test_alert_sink import notices

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
RawAnswer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _no_silences(_: web.Request) -> web.Response:
    return web.json_response([])


@asynccontextmanager
async def receiver(answer: Answer, **options: Any) -> AsyncIterator[str]:
    """Serve `answer` for every request but the list of silences, which is empty; yields the URL."""
    app = web.Application(client_max_size=2**24)
    app.router.add_get("/{path:.*}/api/v2/silences", _no_silences)
    app.router.add_get("/api/v2/silences", _no_silences)
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, **options) as server:
        yield str(server.make_url("/")).removesuffix("/")


@asynccontextmanager
async def raw_receiver(answer: RawAnswer) -> AsyncIterator[str]:
    """Serve `answer` for every connection; yields the URL."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def basic(credentials: str) -> str:
    """Return an Authorization header by RFC 7617."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()


async def send(url: str, **options: Any) -> Delivery:
    """Send one batch through a sink of its own, within a test's patience."""
    async with asyncio.timeout(8), AlertmanagerSink(url=url, **options) as sink:
        return await sink.send(notices("1"))


async def reason(url: str, **options: Any) -> str:
    """Send one batch that fails, and return the reason that is logged."""
    with capture_logs() as logs:
        assert await send(url, **options) is Delivery.RETRY
    (entry,) = logs
    assert entry["event"] == "receiver.unavailable"
    return str(entry["reason"])


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        (200, Delivery.SENT),
        (202, Delivery.SENT),
        (400, Delivery.REJECTED),
        (413, Delivery.REJECTED),
        (422, Delivery.REJECTED),
        (401, Delivery.RETRY),
        (403, Delivery.RETRY),
        (404, Delivery.RETRY),
        (405, Delivery.RETRY),
        (429, Delivery.RETRY),
        (500, Delivery.RETRY),
        (502, Delivery.RETRY),
        (503, Delivery.RETRY),
    ],
)
async def test_a_status_means(status: int, delivery: Delivery) -> None:
    """Only what speaks of the alerts themselves is a refusal; credentials and paths can be mended."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status)

    async with receiver(answer) as url:
        assert await send(url) is delivery


async def test_a_redirect_is_not_followed() -> None:
    """Alerts and credentials go where the configuration says and nowhere else."""
    paths = []

    async def answer(asked: web.Request) -> web.Response:
        paths.append(asked.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with receiver(answer) as url:
        assert await reason(url) == "status 307"
    assert paths == ["/api/v2/alerts"]


async def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has no say in where alerts go."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)

    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    async with receiver(answer) as url:
        assert await send(url) is Delivery.SENT


async def test_cookies_are_not_kept() -> None:
    """What a receiver sets does not come back to it."""
    cookies = []

    async def answer(asked: web.Request) -> web.Response:
        cookies.append(dict(asked.cookies))
        response = web.Response()
        response.set_cookie("session", "1")
        return response

    async with receiver(answer, host="localhost") as url, AlertmanagerSink(url=url) as sink:
        await sink.send(notices("1"))
        await sink.send(notices("1"))
    assert cookies == [{}, {}]


@pytest.mark.parametrize(
    ("userinfo", "options", "header"),
    [
        ("", {}, None),
        ("", {"username": "posmon", "password": "gehäim"}, basic("posmon:gehäim")),
        ("", {"bearer_token": "abc"}, "Bearer abc"),
        ("in:url%40", {}, basic("in:url@")),
        ("in:url@", {"bearer_token": "abc"}, "Bearer abc"),
    ],
)
async def test_credentials_are_sent_and_not_shown(
    userinfo: str, options: dict[str, Any], header: str | None
) -> None:
    """In the header, never in the name."""
    headers = []

    async def answer(asked: web.Request) -> web.Response:
        headers.append(asked.headers.get("Authorization"))
        return web.Response()

    async with receiver(answer) as url:
        at = "@" if userinfo else ""
        address = url.replace("http://", f"http://{userinfo.removesuffix('@')}{at}") + "/?token=secret#x"
        async with AlertmanagerSink(url=address, **options) as sink:
            assert await sink.send(notices("1")) is Delivery.SENT
            assert sink.name == url + "/"
    assert headers == [header]


async def test_a_receiver_that_is_not_there_is_refused() -> None:
    """Nothing listens on the port."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert await reason(f"http://127.0.0.1:{bound.getsockname()[1]}") == "refused"


async def test_a_name_that_does_not_resolve_is_dns() -> None:
    """Told from a refusal; where the machine's resolver hangs, it is a time-out."""
    assert await reason("http://alertmanager.invalid:9093") in {"dns", "timeout"}


async def test_a_receiver_that_hangs_times_out() -> None:
    """It accepts and never answers."""

    async def answer(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_receiver(answer) as url:
        assert await reason(url, total_timeout_s=0.3) == "timeout"


async def test_a_receiver_that_drips_times_out() -> None:
    """The deadline is for the whole exchange, not for each byte."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"x: y\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)  # noqa: TID251 - the fault itself

    async with raw_receiver(answer) as url:
        assert await reason(url, total_timeout_s=0.3) == "timeout"


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    """The status has said it all; the rest is hung up on."""
    written = 0

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()
            written += 65536

    async with raw_receiver(answer) as url:
        assert await send(url) is Delivery.SENT
    assert written < 50_000_000


@pytest.mark.parametrize(
    "noise", [b"", b"\x00\x01\x02", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
)
async def test_a_broken_answer_is_a_broken_connection(noise: bytes) -> None:
    """Whatever comes instead of HTTP, the batch is tried again."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(noise)
        await writer.drain()

    async with raw_receiver(answer) as url:
        assert await reason(url) == "broken connection"


async def test_an_answer_is_not_unpacked() -> None:
    """Nobody reads it, so no bomb goes off and no damage in it matters."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\njunk")
        await writer.drain()

    async with raw_receiver(answer) as url:
        assert await send(url) is Delivery.SENT


async def test_each_batch_has_a_connection_of_its_own() -> None:
    """A kept one could lead to a receiver that is gone without a word."""
    ports = []

    async def answer(asked: web.Request) -> web.Response:
        assert asked.transport is not None
        ports.append(asked.transport.get_extra_info("peername")[1])
        return web.Response()

    async with receiver(answer) as url, AlertmanagerSink(url=url) as sink:
        await sink.send(notices("1"))
        await sink.send(notices("1"))
    assert len(set(ports)) == 2


async def test_an_untrusted_certificate_is_tls() -> None:
    """And never downgraded."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/v2/alerts", answer)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=context)
    try:
        url = str(server.make_url("/"))
        assert await reason(url) == "tls"
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        assert await send(url, tls=trusting) is Delivery.SENT
    finally:
        await server.close()


async def test_failing_is_logged_once_and_recovering_once() -> None:
    """An hour of failures is two lines, and a new reason one more."""
    statuses = [500, 500, 500, 503, 200, 200]

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=statuses.pop(0))

    with capture_logs() as logs:
        async with receiver(answer) as url, AlertmanagerSink(url=url) as sink:
            for _ in range(6):
                await sink.send(notices("1"))
    assert [(entry["event"], entry.get("reason")) for entry in logs] == [
        ("receiver.unavailable", "status 500"),
        ("receiver.unavailable", "status 503"),
        ("receiver.available", None),
    ]


@pytest.mark.parametrize(
    "changes", [{"annotations": {"a": "\ud800"}}, {"ends_at": 1e300}, {"ends_at": float("nan")}]
)
async def test_what_cannot_be_written_is_rejected(changes: dict[str, Any]) -> None:
    """A result even where the caller did not look first."""
    values: dict[str, Any] = {
        "labels": {"a": "b"},
        "annotations": {},
        "starts_at": 0.0,
        "ends_at": 1.0,
        "resolved": False,
    }
    async with AlertmanagerSink(url="http://127.0.0.1:1") as sink:
        assert await sink.send([PostableAlert(**values | changes)]) is Delivery.REJECTED


async def test_a_cancelled_sending_stays_cancelled() -> None:
    """Stopping posmon is not taken for a time-out."""
    asked = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()

    async with raw_receiver(answer) as url:
        sending = asyncio.ensure_future(send(url))
        await asked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


@pytest.mark.parametrize(
    ("status", "retry_after", "asked"),
    [
        (429, "1", 1),
        (503, "1", 1),
        (503, "99999999999999999999", 1),
        (429, "", 3),
        (429, "soon", 3),
        (429, "-5", 3),
        (429, "Sat, 21 Nov 2026 01:00:00 GMT", 3),
        (500, "60", 3),
    ],
)
async def test_an_overloaded_receiver_is_left_alone_as_long_as_it_asks(
    status: int, retry_after: str, asked: int
) -> None:
    """Meanwhile batches wait without being sent."""
    requests = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal requests
        requests += 1
        return web.Response(status=status, headers={"Retry-After": retry_after} if retry_after else {})

    async with receiver(answer) as url, AlertmanagerSink(url=url) as sink:
        for _ in range(3):
            assert await sink.send(notices("1")) is Delivery.RETRY
    assert requests == asked


async def test_a_receiver_that_asked_for_a_second_is_asked_again_after_it() -> None:
    """Its wish is heeded, no longer."""
    answers = [web.Response(status=429, headers={"Retry-After": "1"}), web.Response()]

    async def answer(_request: web.Request) -> web.Response:
        return answers.pop(0)

    async with receiver(answer) as url, AlertmanagerSink(url=url) as sink:
        assert await sink.send(notices("1")) is Delivery.RETRY
        async with asyncio.timeout(8):
            while await sink.send(notices("1")) is Delivery.RETRY:  # noqa: ASYNC110 - the sink's own time
                await asyncio.sleep(0.05)  # noqa: TID251 - real time must pass
    assert answers == []
