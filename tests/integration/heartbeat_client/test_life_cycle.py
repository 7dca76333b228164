"""Beginning, ending and forgetting polls, and the end of the client."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable

import pytest

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, poll_once
from monitor.adapters.collectors.http_json.dialling import Dialling
from monitor.adapters.collectors.http_json.peer import Exchange
from monitor.domain.heartbeat.decoding import Heartbeat
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.fakes import until
from tests.integration.heartbeat_client.polling import MakeClient, open_sockets, poll, target_of
from tests.integration.heartbeat_client.scripted_server import GOOD, Visit, answers, serving


async def hangs(visit: Visit) -> None:
    """Take the request and say nothing."""
    await visit.request()
    await visit.hang()


def never(_result: PollResult) -> None:
    """Fail when called."""
    pytest.fail("done was called")


async def test_a_second_poll_of_the_same_terminal_is_shed(client: HttpHeartbeatClient) -> None:
    """One poll per target at a time: the first goes on undisturbed."""
    async with serving(answers) as server:
        target = target_of(server.url())
        first = asyncio.ensure_future(poll(client, target))
        second = asyncio.ensure_future(poll(client, target))
        assert (await second).outcome is Outcome.SHED
        assert (await first).outcome is Outcome.OK
        assert server.visits == 1


async def test_a_forgotten_poll_ends_without_a_word(client: HttpHeartbeatClient) -> None:
    """Forgetting in the middle of a poll closes its connection and never calls `done`."""
    async with serving(hangs) as server:
        target = target_of(server.url(), timeout_s=0.1)
        client.begin(target, never)
        await until(lambda: len(server.requests) == 1)
        client.forget(target)
        assert client.in_flight == 0
        await until(lambda: not client.sockets)
        assert (await poll(client, target)).outcome is Outcome.TIMEOUT


@pytest.mark.parametrize("turns", range(1, 5))
async def test_a_poll_forgotten_as_its_connection_opens_leaves_nothing(
    client: HttpHeartbeatClient, turns: int
) -> None:
    """The handshake is done, and the loop has yet to say so: the connection must not come up later."""
    errors: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    async with serving(answers) as server:
        target = target_of(server.url())
        client.begin(target, lambda _result: None)
        for _ in range(turns):
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop
        time.sleep(0.005)  # noqa: ASYNC251 - the kernel goes on while the loop stands
        client.forget(target)
        assert (await poll(client, target)).outcome is Outcome.OK
        async with asyncio.timeout(5):
            await client.aclose()
    assert errors == []


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "no url"])
async def test_a_refused_poll_can_be_forgotten_too(make_client: MakeClient, url: str) -> None:
    """Also what fails without any connection is silent once forgotten."""
    client = make_client()
    client.begin(target := target_of(url), never)
    client.forget(target)
    client.begin(target, never)
    client.forget(target)
    await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, in which it would be called
    assert client.in_flight == 0


@pytest.mark.parametrize("turns", range(12))
async def test_closing_ends_polls_in_whatever_state(make_client: MakeClient, turns: int) -> None:
    """Closed while connections are being opened, asked and answered, the client leaves no socket behind."""

    async def answers_every_other(visit: Visit) -> None:
        await visit.request()
        if visit.number % 2:
            await visit.send(GOOD)
        await visit.hang()

    before = open_sockets()
    async with serving(answers_every_other) as server:
        client = make_client()
        results: list[PollResult] = []
        for number in range(60):
            # Some by name, so that some are waiting for the resolver.
            host = "localhost" if number % 3 == 0 else "127.0.0.1"
            client.begin(target_of(server.url(host)), results.append)
        for _ in range(turns * 3):
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop
        answered = len(results)
        async with asyncio.timeout(5):
            await client.aclose()
        assert (client.in_flight, client.kept_connections) == (0, 0)
        assert not client.sockets
        assert not client._dialler._tasks
        await asyncio.sleep(0.01)  # noqa: TID251 - real time in which `done` would be called
        assert len(results) == answered
    await until(lambda: open_sockets() <= before)


async def test_a_closed_client_sheds(client: HttpHeartbeatClient) -> None:
    """After closing nothing is begun any more."""
    await client.aclose()
    assert (await poll(client, target_of("http://127.0.0.1:9/"))).outcome is Outcome.SHED


async def test_a_callback_that_raises_harms_no_other_poll(client: HttpHeartbeatClient) -> None:
    """The error reaches the loop's handler, and the terminal can be polled again."""
    errors: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["exception"]))

    def fail(_result: PollResult) -> None:
        raise RuntimeError("scheduler broken")

    async with serving(answers) as server:
        target = target_of(server.url())
        client.begin(target, fail)
        await until(lambda: len(errors) == 1)
        assert client.in_flight == 0
        assert (await poll(client, target)).outcome is Outcome.OK


async def test_a_decoder_that_breaks_ends_the_poll(make_client: MakeClient) -> None:
    """An error that is not BadHeartbeat is reported as a bug, and the poll still comes to something."""
    errors: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["exception"]))

    def decode(_body: bytes) -> Heartbeat:
        raise ZeroDivisionError

    client = make_client(decode=decode)
    async with serving(answers) as server:
        result = await poll(client, target_of(server.url()))
    assert (result.outcome, result.detail) == (Outcome.PROTOCOL, "unexpected ZeroDivisionError")
    assert [type(error) for error in errors] == [ZeroDivisionError]


async def test_a_callback_may_begin_the_next_poll(client: HttpHeartbeatClient) -> None:
    """From within `done` the same terminal can be asked again, over the same connection."""
    results: list[PollResult] = []
    done = asyncio.Event()

    async with serving(answers) as server:
        target = target_of(server.url())

        def again(result: PollResult) -> None:
            results.append(result)
            if len(results) < 5:
                client.begin(target, again)
            else:
                done.set()

        client.begin(target, again)
        async with asyncio.timeout(5):
            await done.wait()
        assert [result.outcome for result in results] == [Outcome.OK] * 5
        assert server.visits == 1


async def test_polling_once(client: HttpHeartbeatClient) -> None:
    """One result comes back, and nothing of the target stays in the client."""
    async with serving(answers) as server:
        target = target_of(server.url())
        result = await poll_once(client, target)
        assert result.reading == Reading(terminal_id="70000001")
        assert (client.kept_connections, client.sockets, target.memory) == (0, 0, None)


async def test_polling_once_can_be_cancelled(client: HttpHeartbeatClient) -> None:
    """Whoever gives up waiting leaves no poll behind."""
    async with serving(hangs) as server:
        task = asyncio.ensure_future(poll_once(client, target_of(server.url())))
        await until(lambda: len(server.requests) == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert client.in_flight == 0


async def test_durations_are_measured_from_the_start(client: HttpHeartbeatClient) -> None:
    """The time of connecting counts."""

    async def slow(visit: Visit) -> None:
        await visit.request()
        await asyncio.sleep(0.1)  # noqa: TID251 - the pause is the behaviour
        await visit.send(GOOD)

    async with serving(slow) as server:
        result = await poll(client, target_of(server.url()))
    assert 0.09 <= result.duration_s < 1.0


@pytest.mark.parametrize("act", [answers, hangs])
async def test_a_poll_leaves_nothing_to_the_garbage_collector(
    client: HttpHeartbeatClient, act: Callable[[Visit], Awaitable[None]]
) -> None:
    """Thousands of polls a second in rings of references would have it stop everything every second."""

    def left() -> list[object]:
        return [thing for thing in gc.get_objects() if isinstance(thing, Exchange | Dialling)]

    gc.collect()
    gc.disable()
    try:
        async with serving(act) as server:
            await poll(client, target_of(server.url(), timeout_s=0.1))
            await until(lambda: not left())
    finally:
        gc.enable()
