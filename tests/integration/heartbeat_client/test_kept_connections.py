"""When a connection is kept for the next poll, when not, and what happens to it meanwhile."""

import asyncio

import pytest

from monitor.adapters.collectors.http_json import HttpHeartbeatClient
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.fakes import until
from tests.integration.heartbeat_client.polling import MakeClient, poll, target_of
from tests.integration.heartbeat_client.scripted_server import (
    GOOD,
    Visit,
    answers,
    saying,
    serving,
)

CLOSING = b"Connection: close\r\n"


def good(terminal_id: str, *fields: str) -> bytes:
    """Return a good answer of `terminal_id`."""
    body = f'{{"terminal_id": "{terminal_id}"}}'
    head = ["HTTP/1.1 200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}", *fields]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def terminal_id(result: PollResult) -> str:
    """Return whose reading it is."""
    assert result.reading is not None, result
    return result.reading.terminal_id


async def test_a_good_terminal_is_asked_over_one_connection(client: HttpHeartbeatClient) -> None:
    """Polls reuse the connection, and the request says nothing of closing."""
    async with serving(answers) as server:
        target = target_of(server.url())
        for _ in range(5):
            assert (await poll(client, target)).outcome is Outcome.OK
            assert (client.in_flight, client.kept_connections) == (0, 1)
        assert server.visits == 1
        assert not any(CLOSING in request for request in server.requests)


async def test_the_request_is_what_it_should_be(client: HttpHeartbeatClient) -> None:
    """A plain GET with four fields: no cookies, no credentials, nothing of the environment."""
    async with serving(answers) as server:
        await poll(client, target_of(server.url() + "?a=b"))
        line, *fields = server.requests[0].decode().removesuffix("\r\n\r\n").split("\r\n")
    assert line == "GET /heartbeat?a=b HTTP/1.1"
    assert [field.partition(":")[0] for field in fields] == [
        "Host", "User-Agent", "Accept", "Accept-Encoding",
    ]  # fmt: skip
    assert fields[1].startswith("User-Agent: posmon/")


async def test_never_asks_the_terminal_to_close(make_client: MakeClient) -> None:
    """With `never` each poll has its own connection, and the terminal is told so."""
    client = make_client(keep_alive="never")
    async with serving(answers) as server:
        target = target_of(server.url())
        assert [(await poll(client, target)).outcome for _ in range(3)] == [Outcome.OK] * 3
        assert server.visits == 3
        assert all(CLOSING in request for request in server.requests)
    assert client.kept_connections == 0


async def test_a_terminal_that_closes_is_not_kept(client: HttpHeartbeatClient) -> None:
    """`Connection: close` in the answer is honoured although the terminal leaves closing to posmon."""
    async with serving(saying(good("1", "Connection: close"))) as server:
        target = target_of(server.url())
        for _ in range(2):
            assert (await poll(client, target)).outcome is Outcome.OK
            assert client.kept_connections == 0
        assert server.visits == 2


@pytest.mark.parametrize(
    ("mode", "interval_s", "visits"), [("auto", 30.0, 3), ("auto", 4.0, 2), ("always", 30.0, 1)]
)
async def test_auto_believes_the_terminals_hint(
    make_client: MakeClient, mode: str, interval_s: float, visits: int
) -> None:
    """A terminal that keeps connections for 5 s is not worth it at 30 s; `always` tries all the same.

    The second connection of the one that `auto` keeps is the trial whether the terminal serves two at once.
    """
    client = make_client(keep_alive=mode)
    async with serving(saying(good("1", "Keep-Alive: timeout=5, max=100"))) as server:
        target = target_of(server.url(), interval_s=interval_s)
        for _ in range(3):
            assert (await poll(client, target)).outcome is Outcome.OK
            await until(lambda: not client.trials)
        assert server.visits == visits
        asked_to_close = [CLOSING in request for request in server.requests]
        assert asked_to_close.count(False) == (1 if visits == 3 else 3)


@pytest.mark.parametrize(("mode", "keeping"), [("auto", 2), ("always", 4)])
async def test_auto_learns_that_a_terminal_closes_idle_connections(
    make_client: MakeClient, mode: str, keeping: int
) -> None:
    """After two kept connections in a row were gone before the next poll, `auto` keeps no more."""
    client = make_client(keep_alive=mode)
    close = asyncio.Event()

    async def closes_when_told(visit: Visit) -> None:
        await visit.request()
        await visit.send(GOOD)
        await close.wait()

    async with serving(closes_when_told) as server:
        target = target_of(server.url())
        for _ in range(4):
            close.clear()
            assert (await poll(client, target)).outcome is Outcome.OK
            await until(lambda: not client.trials)
            close.set()
            await until(lambda: client.kept_connections == 0)
        assert [CLOSING in request for request in server.requests].count(False) == keeping


async def test_what_comes_unasked_ends_the_connection(client: HttpHeartbeatClient) -> None:
    """Bytes on an idle connection are not taken for the answer to the next poll."""
    speak = asyncio.Event()

    async def speaks_out_of_turn(visit: Visit) -> None:
        await visit.request()
        await visit.send(good(f"visit-{visit.number}"))
        await speak.wait()
        await visit.send(good("stranger"))
        await visit.gone()

    async with serving(speaks_out_of_turn) as server:
        target = target_of(server.url())
        assert terminal_id(await poll(client, target)) == "visit-1"
        assert client.kept_connections == 1
        speak.set()
        await until(lambda: client.kept_connections == 0)
        speak.clear()
        assert terminal_id(await poll(client, target)) == "visit-2"


async def test_what_follows_an_answer_ends_the_connection(client: HttpHeartbeatClient) -> None:
    """A second answer or garbage behind the first is dropped with the connection; the first counts."""
    for extra in (good("stranger"), b"H", b"\x00"):

        async def says_too_much(visit: Visit, extra: bytes = extra) -> None:
            while True:
                await visit.request()
                await visit.send(good(f"visit-{visit.number}") + extra)

        async with serving(says_too_much) as server:
            target = target_of(server.url())
            results = [await poll(client, target) for _ in range(3)]
            assert list(map(terminal_id, results)) == ["visit-1", "visit-2", "visit-3"]


async def test_a_failed_answer_ends_the_connection(client: HttpHeartbeatClient) -> None:
    """After anything but 200 the rest is not worth reading: the next poll starts afresh."""
    async with serving(saying(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) as server:
        target = target_of(server.url())
        for _ in range(2):
            assert (await poll(client, target)).outcome is Outcome.HTTP_STATUS
            assert client.kept_connections == 0
        assert server.visits == 2


async def test_forgetting_closes_what_is_kept(client: HttpHeartbeatClient) -> None:
    """A terminal that left the inventory sees its connection closed."""
    gone = asyncio.Event()

    async def watches(visit: Visit) -> None:
        await visit.request()
        await visit.send(GOOD)
        await visit.gone()
        gone.set()

    async with serving(watches) as server:
        target = target_of(server.url())
        await poll(client, target)
        client.forget(target)
        assert client.kept_connections == 0
        async with asyncio.timeout(5):
            await gone.wait()
        client.forget(target)


async def test_a_changed_endpoint_is_contacted_anew(client: HttpHeartbeatClient) -> None:
    """When a reload moves a terminal, what was kept of the old endpoint is closed and not used."""
    async with serving(saying(good("old"))) as old, serving(saying(good("new"))) as new:
        target = target_of(old.url())
        assert terminal_id(await poll(client, target)) == "old"
        target.endpoint = new.url()
        assert terminal_id(await poll(client, target)) == "new"
        assert client.kept_connections == 1
        await until(lambda: (old.visits, old.ended) == (1, 1))
        target.endpoint = "not a URL"
        result = await poll(client, target)
        assert (result.outcome, result.detail) == (
            Outcome.REFUSED,
            "endpoint not usable: contains a space, backslash or control character",
        )
        assert client.kept_connections == 0


async def test_kept_connections_leave_descriptors_for_polls(make_client: MakeClient) -> None:
    """Of 8 sockets 6 may be kept; when polls need more, the newest idle connections give way."""
    client = make_client(max_sockets=8, concurrency=8)
    hold = asyncio.Event()

    async def waits(visit: Visit) -> None:
        await visit.request()
        await hold.wait()
        await visit.send(GOOD)

    async with serving(answers) as server, serving(waits) as slow:
        for _ in range(10):
            assert (await poll(client, target_of(server.url()))).outcome is Outcome.OK
        assert client.kept_connections == 6
        polls = [asyncio.ensure_future(poll(client, target_of(slow.url()))) for _ in range(9)]
        await until(lambda: len(slow.requests) == 8)
        assert (client.in_flight, client.kept_connections) == (8, 0)
        hold.set()
        outcomes = sorted(result.outcome for result in await asyncio.gather(*polls))
        assert outcomes == [Outcome.OK] * 8 + [Outcome.SHED]


async def test_polls_beyond_concurrency_are_shed(make_client: MakeClient) -> None:
    """A poll too many comes to SHED at once, and nothing is opened for it."""
    client = make_client(concurrency=2)
    hold = asyncio.Event()

    async def waits(visit: Visit) -> None:
        await visit.request()
        await hold.wait()
        await visit.send(GOOD)

    async with serving(waits) as server:
        slow = [asyncio.ensure_future(poll(client, target_of(server.url()))) for _ in range(2)]
        await until(lambda: client.in_flight == 2)
        result = await poll(client, target_of(server.url()))
        assert (result.outcome, result.detail) == (Outcome.SHED, "too many polls under way")
        hold.set()
        assert {(await task).outcome for task in slow} == {Outcome.OK}
        assert server.visits == 2


async def test_an_idle_connection_holds_no_parser(client: HttpHeartbeatClient) -> None:
    """Thousands of connections wait idle, so what only an answer needs is dropped with it."""
    async with serving(answers) as server:
        await poll(client, target_of(server.url()))
        (connection,) = client._kept._connections.values()
        assert connection._answer is None
