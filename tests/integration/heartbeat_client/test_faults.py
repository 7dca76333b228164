"""The endpoint rows of the faults posmon must survive, one test each, named after its row."""

import asyncio
import gzip
import os
import socket
import threading
from dataclasses import replace

import pytest

from monitor.adapters.collectors.http_json import HttpHeartbeatClient
from monitor.adapters.collectors.http_json.answer import WIRE_LIMIT
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.poll_result import Outcome
from tests.integration.heartbeat_client.polling import MakeClient, poll, target_of
from tests.integration.heartbeat_client.scripted_server import (
    GOOD,
    HEAD,
    Script,
    Visit,
    answers,
    saying,
    saying_once,
    serving,
)

SHORT_S = 0.3


async def hangs(visit: Visit) -> None:
    """Take the connection and say nothing."""
    await visit.hang()


async def hangs_asked(visit: Visit) -> None:
    """Take the request and say nothing."""
    await visit.request()
    await visit.hang()


async def drips_head(visit: Visit) -> None:
    """Send the head byte by byte."""
    await visit.request()
    await visit.drip(HEAD * 10)


async def drips_body(visit: Visit) -> None:
    """Send the body byte by byte."""
    await visit.request()
    await visit.send(HEAD + b"Content-Length: 10000\r\n\r\n")
    await visit.drip(b" " * 10000)


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        pytest.param(hangs, "no answer within 0.3 s", id="never reads"),
        pytest.param(hangs_asked, "no answer within 0.3 s", id="never answers"),
        pytest.param(drips_head, "answer not whole within 0.3 s", id="drips the head"),
        pytest.param(drips_body, "answer not whole within 0.3 s", id="drips the body"),
        pytest.param(saying(HEAD), "answer not whole within 0.3 s", id="stops in the head"),
        pytest.param(
            saying(HEAD + b"Content-Length: 9\r\n\r\n{"), "answer not whole within 0.3 s", id="stops in body"
        ),
        pytest.param(
            saying(b"HTTP/1.1 100 Continue\r\n\r\n"), "answer not whole within 0.3 s", id="only interim"
        ),
    ],
)  # fmt: skip
async def test_endpoint_that_hangs_or_drips_times_out(
    client: HttpHeartbeatClient, script: Script, detail: str
) -> None:
    """The total deadline ends the poll whatever trickles in, and no other poll waits for it."""
    async with serving(script) as server, serving(answers) as other:
        slow = asyncio.ensure_future(poll(client, target_of(server.url(), timeout_s=SHORT_S)))
        assert (await poll(client, target_of(other.url()))).outcome is Outcome.OK
        assert not slow.done()
        result = await slow
    assert (result.outcome, result.detail) == (Outcome.TIMEOUT, detail)
    assert SHORT_S <= result.duration_s < SHORT_S + 1.0


async def test_endpoint_that_never_accepts_times_out(client: HttpHeartbeatClient) -> None:
    """A listener whose queue is full does not answer the handshake: no connection before the deadline."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        with socket.create_connection(address):
            # The queue is full now: what connects from here on is left without an answer.
            url = "http://{}:{}/".format(*address)
            result = await poll(client, target_of(url, timeout_s=SHORT_S))
    assert (result.outcome, result.detail) == (Outcome.TIMEOUT, "no connection within 0.3 s")


FLOOD = 10 * 1024**3


async def sends_ten_gigabytes(visit: Visit) -> None:
    """Announce and send 10 GB."""
    await visit.request()
    await visit.send(HEAD + b"Content-Length: %d\r\n\r\n" % FLOOD)
    await visit.flood(bytes(65536), at_most=FLOOD)


async def sends_endless_chunks(visit: Visit) -> None:
    """Send chunks without end."""
    await visit.request()
    await visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    await visit.flood(b"1000\r\n" + bytes(0x1000) + b"\r\n", at_most=FLOOD)


async def sends_endless_headers(visit: Visit) -> None:
    """Send header fields without end."""
    await visit.request()
    await visit.send(HEAD)
    await visit.flood(b"X: y\r\n" * 1000, at_most=FLOOD)


async def sends_one_endless_header(visit: Visit) -> None:
    """Send one field value without end."""
    await visit.request()
    await visit.send(HEAD + b"X: ")
    await visit.flood(b"y" * 65536, at_most=FLOOD)


async def sends_until_close(visit: Visit) -> None:
    """Send a body without any length, and no end."""
    await visit.request()
    await visit.send(HEAD + b"\r\n")
    await visit.flood(b" " * 65536, at_most=FLOOD)


@pytest.mark.parametrize(
    "script",
    [
        sends_ten_gigabytes,
        sends_endless_chunks,
        sends_endless_headers,
        sends_one_endless_header,
        sends_until_close,
    ],
)
async def test_10_gb_body_and_endless_headers_are_cut(client: HttpHeartbeatClient, script: Script) -> None:
    """After 256 KiB the connection is cut: the terminal got rid of no more than socket buffers hold."""
    async with serving(script) as server:
        result = await poll(client, target_of(server.url()))
        async with asyncio.timeout(5):
            while not server.ended:  # noqa: ASYNC110 - the server's script has no event
                await asyncio.sleep(0.01)  # noqa: TID251 - real time must pass
    assert result.outcome is Outcome.PROTOCOL
    assert result.detail in {"answer larger than 320 KiB", "larger than 256 KiB", "not an object"}
    assert server.sent[0] < 16 * 1024**2


async def test_gzip_bomb_is_cut(client: HttpHeartbeatClient) -> None:
    """400 MB in 400 kB are refused by their size on the wire, 30 MB in 30 kB by what comes out."""
    for size, detail in ((400_000_000, "answer larger"), (30_000_000, "larger than 256 KiB")):
        bomb = gzip.compress(b'{"terminal_id": "1", "x": "' + b"0" * size)
        assert (len(bomb) > WIRE_LIMIT) == (size == 400_000_000)
        head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        async with serving(saying(head + bomb)) as server:
            result = await poll(client, target_of(server.url()))
        assert result.outcome is Outcome.PROTOCOL
        assert result.detail.startswith(detail)


async def test_redirect_is_never_followed(client: HttpHeartbeatClient) -> None:
    """A redirect is a result; where it points to is neither asked nor told."""
    async with serving(answers) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            redirect = b"HTTP/1.1 %d X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
            async with serving(saying(redirect % (status, elsewhere.url().encode()))) as server:
                result = await poll(client, target_of(server.url()))
            assert (result.outcome, result.detail) == (Outcome.REDIRECT, f"status {status}")
        assert elsewhere.visits == 0


async def resets(visit: Visit) -> None:
    """Reset instead of answering."""
    await visit.request()
    visit.reset()


async def resets_in_the_answer(visit: Visit) -> None:
    """Reset in the middle of the body."""
    await visit.request()
    await visit.send(GOOD[:-5])
    visit.reset()


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        pytest.param(resets, "connection reset", id="reset before the answer"),
        pytest.param(resets_in_the_answer, "connection reset", id="reset in the answer"),
        pytest.param(saying_once(), "connection closed without an answer", id="closed before the answer"),
        pytest.param(saying_once(GOOD[:-5]), "connection closed before the answer was whole", id="in it"),
    ],
)  # fmt: skip
async def test_reset_on_a_fresh_connection_is_not_retried(
    client: HttpHeartbeatClient, script: Script, detail: str
) -> None:
    """Nothing was kept that could have died: the poll failed."""
    async with serving(script) as server:
        result = await poll(client, target_of(server.url()))
        assert (result.outcome, result.detail) == (Outcome.RESET, detail)
        assert server.visits == 1


async def test_half_open_kept_connection_is_retried_once(client: HttpHeartbeatClient) -> None:
    """A kept connection that dies when asked, before any answer, costs one more connection and no poll."""

    async def forgets(visit: Visit) -> None:
        await visit.request()
        await visit.send(GOOD)
        await visit.request()
        visit.reset()

    async with serving(forgets) as server:
        target = target_of(server.url())
        assert (await poll(client, target)).outcome is Outcome.OK
        assert client.kept_connections == 1
        assert (await poll(client, target)).outcome is Outcome.OK
        assert (server.visits, len(server.requests)) == (2, 3)


async def test_half_open_kept_connection_is_retried_only_once(client: HttpHeartbeatClient) -> None:
    """When the second connection dies as well, the poll has failed."""

    async def answers_once(visit: Visit) -> None:
        if visit.number == 1:
            await visit.request()
            await visit.send(GOOD)
        await visit.request()
        visit.reset()

    async with serving(answers_once) as server:
        target = target_of(server.url())
        assert (await poll(client, target)).outcome is Outcome.OK
        result = await poll(client, target)
        assert (result.outcome, result.detail) == (Outcome.RESET, "connection reset")
        assert server.visits == 2


async def test_kept_connection_that_dies_in_the_answer_is_not_retried(client: HttpHeartbeatClient) -> None:
    """Once a byte of the answer has come, the terminal has heard the question."""

    async def dies(visit: Visit) -> None:
        await visit.request()
        await visit.send(GOOD)
        await visit.request()
        await visit.send(GOOD[:5])
        visit.reset()

    async with serving(dies) as server:
        target = target_of(server.url())
        assert (await poll(client, target)).outcome is Outcome.OK
        assert (await poll(client, target)).outcome is Outcome.RESET
        assert server.visits == 1


async def test_the_retry_does_not_extend_the_deadline(client: HttpHeartbeatClient) -> None:
    """The total deadline counts from the first attempt."""

    async def dies_late_then_hangs(visit: Visit) -> None:
        if visit.number == 1:
            await visit.request()
            await visit.send(GOOD)
            await visit.request()
            await asyncio.sleep(1.5 * SHORT_S)  # noqa: TID251 - the pause is the fault
            visit.reset()
        await visit.hang()

    async with serving(dies_late_then_hangs) as server:
        target = target_of(server.url())
        assert (await poll(client, target)).outcome is Outcome.OK
        target.cadence = replace(target.cadence, timeout_s=2 * SHORT_S)
        begun = asyncio.get_running_loop().time()
        result = await poll(client, target)
        assert result.outcome is Outcome.TIMEOUT
        assert server.visits == 2
        assert asyncio.get_running_loop().time() - begun < 3 * SHORT_S


async def test_kept_connection_that_went_mute_times_out(make_client: MakeClient) -> None:
    """A connection that a middlebox forgot swallows the question; the next poll takes a fresh one.

    A terminal behind such a box is one whose connections are not worth keeping.
    """

    async def goes_mute(visit: Visit) -> None:
        await visit.request()
        await visit.send(GOOD)
        await visit.request()
        await visit.hang()

    client = make_client(keep_alive="auto")
    async with serving(goes_mute) as server:
        target = target_of(server.url(), timeout_s=SHORT_S)
        outcomes = [(await poll(client, target)).outcome for _ in range(5)]
        assert outcomes == [Outcome.OK, Outcome.TIMEOUT, Outcome.OK, Outcome.TIMEOUT, Outcome.OK]
        # Three connections of polls, and one beside each of the two that were kept.
        assert server.visits == 5
        asked_to_close = [b"Connection: close" in request for request in server.requests]
        assert (asked_to_close.count(False), asked_to_close[-1]) == (4, True)


async def test_refused_connection(client: HttpHeartbeatClient) -> None:
    """Nobody listens: `refused`."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        result = await poll(client, target_of(f"http://127.0.0.1:{bound.getsockname()[1]}/"))
    assert (result.outcome, result.detail) == (Outcome.REFUSED, "connection refused")


async def test_ipv6(client: HttpHeartbeatClient) -> None:
    """An IPv6 literal is polled, with brackets in Host."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("this machine has no IPv6 loopback")
    async with serving(answers, host="::1") as server:
        assert (await poll(client, target_of(server.url("[::1]")))).outcome is Outcome.OK
        assert f"Host: [::1]:{server.port}\r\n".encode() in server.requests[0]


async def test_dns_hangs(make_client: MakeClient) -> None:
    """A name server that hangs costs `dns` for names, and nothing for literal addresses."""
    release = threading.Event()

    def hang(_host: str) -> list[str]:
        release.wait(20)
        return []

    client = make_client(lookup=hang)
    try:
        async with serving(answers) as server:
            named = [
                asyncio.ensure_future(
                    poll(client, target_of(f"http://t{n}.test:{server.port}/", timeout_s=SHORT_S))
                )
                for n in range(20)
            ]
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, so that they begin first
            assert (await poll(client, target_of(server.url()))).outcome is Outcome.OK
            results = await asyncio.gather(*named)
        assert {(result.outcome, result.detail) for result in results} == {
            (Outcome.DNS, "name not resolved within 0.3 s")
        }
    finally:
        release.set()


async def test_dns_fails(make_client: MakeClient) -> None:
    """A name that does not exist comes to `dns` with its reason."""

    def unknown(_host: str) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "x")

    result = await poll(make_client(lookup=unknown), target_of("http://t1.test/"))
    assert (result.outcome, result.detail) == (Outcome.DNS, "name does not exist")


FORBIDDEN = [
    "127.0.0.1",
    "127.0.0.2",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]",
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "[::]",
    "169.254.169.254",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "224.0.0.1",
    "[ff02::1]",
    "255.255.255.255",
]


@pytest.mark.parametrize("host", FORBIDDEN)
async def test_forbidden_addresses_are_never_contacted(make_client: MakeClient, host: str) -> None:
    """By default loopback, link-local, multicast, unspecified and broadcast endpoints are `refused`."""
    client = make_client(policy=AddressPolicy())
    async with serving(answers) as server:
        result = await poll(client, target_of(server.url(host)))
        assert result.outcome is Outcome.REFUSED
        assert result.detail.startswith("address not allowed: ")
        assert server.visits == 0


@pytest.mark.parametrize("address", [host.strip("[]") for host in FORBIDDEN])
async def test_names_of_forbidden_addresses_are_never_contacted(
    make_client: MakeClient, address: str
) -> None:
    """A name is judged by what it resolves to: with no allowed address left it comes to `dns`."""
    client = make_client(policy=AddressPolicy(), lookup=lambda _host: [address])
    async with serving(answers) as server:
        result = await poll(client, target_of(server.url("terminal.test")))
        assert result.outcome is Outcome.DNS
        assert result.detail == "name has no allowed address: polling.allowed_networks"
        assert server.visits == 0


async def test_a_name_leads_to_the_address_that_was_checked(make_client: MakeClient) -> None:
    """A name that changes its address after the check (rebinding) gains nothing, and Host stays the name."""
    lookups: list[str] = []

    def rebind(host: str) -> list[str]:
        lookups.append(host)
        return ["169.254.169.254", "::ffff:224.0.0.1", "127.0.0.1"] if len(lookups) == 1 else ["0.0.0.0"]  # noqa: S104

    client = make_client(lookup=rebind, keep_alive="never")
    async with serving(answers) as server:
        target = target_of(server.url("terminal.test"))
        assert [(await poll(client, target)).outcome for _ in range(3)] == [Outcome.OK] * 3
        assert lookups == ["terminal.test"]
        assert f"Host: terminal.test:{server.port}\r\n".encode() in server.requests[0]


async def test_a_dead_address_of_a_name_leaves_time_for_the_next(make_client: MakeClient) -> None:
    """Of several addresses one that refuses or hangs takes only its share of the deadline."""
    client = make_client(lookup=lambda _host: ["127.0.0.3", "127.0.0.2", "127.0.0.1"])
    async with serving(answers) as server:
        with (
            socket.create_server(("127.0.0.2", server.port), backlog=0) as full,
            socket.create_connection(full.getsockname()),
        ):
            result = await poll(client, target_of(server.url("t.test"), timeout_s=1.2))
    assert result.outcome is Outcome.OK
    assert 0.5 < result.duration_s < 1.2


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"terminal_id": "\xff"}', id="bad UTF-8"),
        pytest.param(b'{"terminal_id": "1", "unsent_transactions": NaN}', id="NaN"),
        pytest.param(b'{"terminal_id": "1", "terminal_id": "2"}', id="duplicate keys"),
        pytest.param(b"[" * 50_000, id="depth"),
        pytest.param(b'{"terminal_id": "\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"terminal_id": "a\\u0000"}', id="NUL"),
        pytest.param(b"", id="nothing"),
    ],
)
async def test_a_bad_document_is_protocol(client: HttpHeartbeatClient, body: bytes) -> None:
    """What is not a heartbeat fails the poll and not the connection."""
    async with serving(saying(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)) as server:
        result = await poll(client, target_of(server.url()))
        assert client.kept_connections == 1
    assert result.outcome is Outcome.PROTOCOL
    assert result.reading is None
    assert result.detail
