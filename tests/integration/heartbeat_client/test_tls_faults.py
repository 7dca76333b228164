"""What can go wrong with TLS on the way, and that it holds up nobody."""

import asyncio
import ssl
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, client_tls
from monitor.adapters.collectors.http_json.answer import BODY_LIMIT
from monitor.adapters.collectors.http_json.tls.handshakes import MOST_BEHIND_S, HandshakeQueue
from monitor.domain.polling.poll_result import Outcome
from tests.fakes import FakeClock, until
from tests.integration.heartbeat_client.polling import MakeClient, open_sockets, poll, target_of
from tests.integration.heartbeat_client.scripted_server import (
    BODY,
    GOOD,
    HEAD,
    ScriptedServer,
    Visit,
    answers,
    saying,
    serving,
)
from tests.integration.heartbeat_client.tls_servers import NAME, server_tls
from tests.real import require

FLOOD = 10 * 1024**3


@asynccontextmanager
async def crumbled(port: int, *, at_most: int | None = None) -> AsyncIterator[ScriptedServer]:
    """Forward connections to `port`, what comes back byte by byte, and no more than `at_most` of it."""

    async def forward(visit: Visit) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def there() -> None:
            while data := await visit._reader.read(65536):
                writer.write(data)

        going = asyncio.ensure_future(there())
        try:
            left = at_most
            while (data := await reader.read(65536)) and left != 0:
                for at in range(len(data) if left is None else min(left, len(data))):
                    await visit.send(data[at : at + 1])
                    await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, so that bytes leave one by one
                left = None if left is None else max(0, left - len(data))
            if left == 0:
                await visit.hang()
        finally:
            going.cancel()
            writer.close()

    async with serving(forward) as server:
        yield server


async def test_a_server_whose_bytes_come_one_by_one_is_understood(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """Handshake and answer do not depend on how they were split, on a new and on a kept connection."""
    async with (
        serving(answers, tls=server_tls(authority, NAME)) as server,
        crumbled(server.port) as between,
    ):
        target = target_of(between.url(NAME, "https"))
        for _ in range(2):
            assert (await poll(https_client, target)).outcome is Outcome.OK
        assert between.visits == 1


@pytest.mark.parametrize("at_most", [1, 900])
async def test_a_handshake_that_stops_halfway_has_its_deadline(
    https_client: HttpHeartbeatClient, authority: trustme.CA, at_most: int
) -> None:
    """It is the terminal's time-out, keeps no other handshake waiting, and frees its socket."""
    async with (
        serving(answers, tls=server_tls(authority, NAME)) as server,
        crumbled(server.port, at_most=at_most) as between,
    ):
        stuck = [
            asyncio.ensure_future(poll(https_client, target_of(between.url(NAME, "https"), timeout_s=1.0)))
            for _ in range(10)
        ]
        await until(lambda: between.visits == 10)
        assert (await poll(https_client, target_of(server.url(NAME, "https")))).outcome is Outcome.OK
        assert not any(task.done() for task in stuck)
        results = await asyncio.gather(*stuck)
    assert {(result.outcome, result.detail) for result in results} == {
        (Outcome.TIMEOUT, "no connection within 1 s")
    }
    assert https_client.in_flight == 0


async def test_a_server_that_closes_without_goodbye(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """An answer with a length is whole without it; one that ends with the connection may have been cut."""
    frames = {
        HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY: Outcome.OK,
        HEAD + b"\r\n" + BODY: Outcome.RESET,
    }
    for answer, outcome in frames.items():

        async def cuts(visit: Visit, answer: bytes = answer) -> None:
            await visit.request()
            await visit.send(answer)
            visit.cut()

        async with serving(cuts, tls=server_tls(authority, NAME)) as server:
            result = await poll(https_client, target_of(server.url(NAME, "https")))
            assert result.outcome is outcome
            await until(lambda: https_client.kept_connections == 0)


async def test_a_kept_connection_that_was_cut_is_replaced(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """A terminal that dropped its idle connection without a word is asked over a new one."""

    async def cuts_when_asked_again(visit: Visit) -> None:
        await visit.request()
        await visit.send(GOOD)
        await visit.request()
        visit.cut()

    async with serving(cuts_when_asked_again, tls=server_tls(authority, NAME)) as server:
        target = target_of(server.url(NAME, "https"))
        for _ in range(2):
            assert (await poll(https_client, target)).outcome is Outcome.OK
        assert server.visits == 2


async def test_a_flood_over_tls_is_cut(https_client: HttpHeartbeatClient, authority: trustme.CA) -> None:
    """Ten gigabytes end after 256 KiB, in the clear of the record layer as on the wire."""

    async def floods(visit: Visit) -> None:
        await visit.request()
        await visit.send(HEAD + b"Content-Length: %d\r\n\r\n" % FLOOD)
        await visit.flood(bytes(65536), at_most=FLOOD)

    async with serving(floods, tls=server_tls(authority, NAME)) as server:
        result = await poll(https_client, target_of(server.url(NAME, "https")))
        await until(lambda: server.ended == 1)
    assert (result.outcome, result.detail) == (Outcome.PROTOCOL, "not an object")
    assert server.sent[0] < 16 * 1024**2


async def test_tickets_without_end_are_cut(https_client: HttpHeartbeatClient, authority: trustme.CA) -> None:
    """A server that sends them by the thousand in place of an answer costs the work of a few hundred."""
    tls = server_tls(authority, NAME, version=ssl.TLSVersion.TLSv1_3)
    tls.num_tickets = 10_000

    async def listens(visit: Visit) -> None:
        await visit.gone()

    async with serving(listens, tls=tls) as server:
        result = await poll(https_client, target_of(server.url(NAME, "https")), within_s=60.0)
        await until(lambda: server.ended == 1)
    assert (result.outcome, result.detail) == (Outcome.TLS, "handshake or record failed")


@asynccontextmanager
async def openssl_server(identity: Path, *options: str) -> AsyncIterator[int]:
    """Run OpenSSL's own server, which speaks TLS in ways that Python's cannot be told to; yields its port."""
    command = [require("openssl"), "s_server", "-accept", "127.0.0.1:0", "-cert", str(identity), "-www"]
    process = await asyncio.create_subprocess_exec(*command, *options, stdout=PIPE, stderr=DEVNULL)
    assert process.stdout is not None
    try:
        while not (line := await process.stdout.readline()).startswith(b"ACCEPT"):
            assert line
        yield int(line.rpartition(b":")[2])
    finally:
        process.kill()
        await process.communicate()


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        pytest.param(("-tls1_3", "-groups", "P-521"), Outcome.PROTOCOL, id="TLS 1.3, a curve"),
        pytest.param(("-tls1_3", "-groups", "ffdhe2048"), Outcome.TLS, id="TLS 1.3, the smallest field"),
        pytest.param(("-tls1_3", "-groups", "ffdhe8192"), Outcome.TLS, id="TLS 1.3, the largest field"),
        pytest.param(("-tls1_2", "-cipher", "ECDHE"), Outcome.PROTOCOL, id="TLS 1.2, a curve"),
        pytest.param(("-tls1_2", "-cipher", "DHE"), Outcome.TLS, id="TLS 1.2, a field"),
    ],
)
async def test_no_terminal_makes_posmon_compute(
    https_client: HttpHeartbeatClient,
    authority: trustme.CA,
    tmp_path: Path,
    options: tuple[str, ...],
    outcome: Outcome,
) -> None:
    """Whoever asks for keys over a finite field, a tenth of a second of arithmetic, gets none."""
    identity = authority.issue_cert(NAME, key_type=trustme.KeyType.RSA)
    identity.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    async with openssl_server(tmp_path / "server.pem", *options) as port:
        assert (await poll(https_client, target_of(f"https://{NAME}:{port}/"))).outcome is outcome


async def test_the_largest_answer_is_read_over_tls(
    https_client: HttpHeartbeatClient, authority: trustme.CA
) -> None:
    """Many records make one answer."""
    body = b'{"terminal_id": "1"' + b" " * (BODY_LIMIT - 200) + b"}"
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    async with serving(saying(answer), tls=server_tls(authority, NAME)) as server:
        target = target_of(server.url(NAME, "https"))
        for _ in range(2):
            assert (await poll(https_client, target)).outcome is Outcome.OK
        assert server.visits == 1


async def test_garbage_in_the_handshake_is_cut(https_client: HttpHeartbeatClient) -> None:
    """A server that only talks is a TLS failure after its first bytes, and its rest is never read."""

    async def babbles(visit: Visit) -> None:
        await visit.flood(b"\x16\x03\x03\x40\x00" + bytes(65536), at_most=FLOOD)

    async with serving(babbles) as server:
        result = await poll(https_client, target_of(server.url(NAME, "https")))
        await until(lambda: server.ended == 1)
    assert result.outcome is Outcome.TLS
    assert server.sent[0] < 16 * 1024**2


class Idle:
    """A handshake that has nothing to do."""

    def step(self) -> None:
        """Do nothing."""


class Long:
    """A handshake that takes two seconds, in which another one comes."""

    def __init__(self, clock: FakeClock, queue: HandshakeQueue) -> None:
        self._clock = clock
        self._queue = queue

    def step(self) -> None:
        """Let the time pass."""
        self._clock.turn(2.0)
        self._queue.add(Idle())


async def test_handshakes_that_are_behind_let_no_more_begin(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path
) -> None:
    """A poll that needs one is shed, not a failed poll; a plain one and a kept connection go on."""
    clock = FakeClock()
    client = make_client(tls=client_tls(ca_file=ca_file), clock=clock)
    async with (
        serving(answers, tls=server_tls(authority, "127.0.0.1")) as server,
        serving(answers) as plain,
    ):
        kept = target_of(server.url(scheme="https"))
        assert (await poll(client, kept)).outcome is Outcome.OK
        client._tls._queue.add(Idle())
        clock.turn(MOST_BEHIND_S + 0.1)
        targets = (target_of(server.url(scheme="https")), kept, target_of(plain.url()))
        ends = [asyncio.get_running_loop().create_future() for _ in targets]
        for target, end in zip(targets, ends, strict=True):
            client.begin(target, end.set_result)
        results = await asyncio.gather(*ends)
        assert [(result.outcome, result.detail) for result in results] == [
            (Outcome.SHED, "more TLS handshakes than posmon gets through"),
            (Outcome.OK, ""),
            (Outcome.OK, ""),
        ]
        assert server.visits == 1


async def test_a_handshake_held_up_here_is_not_the_terminals_time_out(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path
) -> None:
    """If its deadline passes while it waits for its turn, the poll is shed: nobody is offline for that."""
    clock = FakeClock()
    client = make_client(tls=client_tls(ca_file=ca_file), clock=clock)
    async with serving(answers, tls=server_tls(authority, "127.0.0.1")) as server:
        queue = client._tls._queue
        queue.add(Long(clock, queue))
        await until(lambda: len(queue._waiting) == 1)
        polled = asyncio.ensure_future(poll(client, target_of(server.url(scheme="https"), timeout_s=0.5)))
        await until(lambda: len(queue._waiting) == 2)
        clock.turn(1.0)
        result = await polled
    assert (result.outcome, result.detail) == (
        Outcome.SHED,
        "more TLS handshakes than posmon gets through",
    )


async def test_nothing_is_left_open(make_client: MakeClient, authority: trustme.CA, ca_file: Path) -> None:
    """Closing the client frees the sockets of handshakes under way and of kept connections."""
    before = open_sockets()
    client = make_client(tls=client_tls(ca_file=ca_file))
    during = open_sockets()

    async def hangs(visit: Visit) -> None:
        await visit.hang()

    async with serving(hangs) as mute, serving(answers, tls=server_tls(authority, "127.0.0.1")) as server:
        assert (await poll(client, target_of(server.url(scheme="https")))).outcome is Outcome.OK
        client.begin(target_of(mute.url(scheme="https")), lambda _result: None)
        await until(lambda: mute.visits == 1)
        await client.aclose()
        await until(lambda: server.ended == 1)
    await until(lambda: open_sockets() <= max(before, during))


async def test_the_next_address_has_its_turn_undisturbed(
    make_client: MakeClient, authority: trustme.CA, ca_file: Path
) -> None:
    """An address whose handshake hangs is given up after its share of the time, and does not come back."""
    addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    client = make_client(tls=client_tls(ca_file=ca_file), lookup=lambda _host: addresses)

    async def hangs(visit: Visit) -> None:
        await visit.hang()

    async def takes_its_time(visit: Visit) -> None:
        await visit.request()
        await asyncio.sleep(0.1)  # noqa: TID251 - real time, in which the first might interfere
        await visit.send(GOOD)

    tls = server_tls(authority, NAME)
    async with (
        serving(hangs) as first,
        serving(takes_its_time, tls=tls, host="127.0.0.2", port=first.port) as second,
        serving(answers, tls=tls, host="127.0.0.3", port=first.port) as third,
    ):
        result = await poll(client, target_of(first.url(NAME, "https"), timeout_s=1.5))
        assert (result.outcome, first.visits, second.visits, third.visits) == (Outcome.OK, 1, 1, 0)
