"""What every HeartbeatClient promises, run on the fake and on the real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import trustme

from monitor.adapters.collectors.http_json import client_tls, poll_once
from monitor.domain.heartbeat.reading import Activity, Reading
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import HeartbeatClient, PollTarget
from tests.fakes import FakeHeartbeatClient, until
from tests.integration.heartbeat_client.polling import polling_client
from tests.integration.heartbeat_client.scripted_server import answers, serving
from tests.integration.heartbeat_client.tls_servers import server_tls
from tests.integration.nexo.adyen_terminal import AdyenTerminal, failed, fleet
from tests.integration.nexo.adyen_terminal import serving as serving_nexo
from tests.integration.sockets.asking import collector

OURS = Reading(terminal_id="70000001")


@dataclass(frozen=True, kw_only=True)
class World:
    """A client, an endpoint that answers well and one where nobody listens."""

    client: HeartbeatClient
    good: str
    absent: str
    reading: Reading = OURS


def fake_world() -> World:
    """Return a world without sockets."""
    good = PollResult(Outcome.OK, 0.01, Reading(terminal_id="70000001"))
    absent = PollResult(Outcome.REFUSED, 0.01, detail="connection refused")
    client = FakeHeartbeatClient(lambda target: good if target.endpoint == "http://good/" else absent)
    return World(client=client, good="http://good/", absent="http://absent/")


async def real_world(stack: AsyncExitStack, scheme: str) -> World:
    """Return a world of real sockets."""
    authority = trustme.CA()
    tls = client_tls()
    authority.configure_trust(tls)
    server = await stack.enter_async_context(
        serving(answers, tls=server_tls(authority, "127.0.0.1") if scheme == "https" else None)
    )
    client = await stack.enter_async_context(polling_client(tls=tls))
    # A port is free for sure on an address where nothing of ours listens.
    return World(client=client, good=server.url(scheme=scheme), absent=server.url("127.0.0.77", scheme))


async def nexo_world(stack: AsyncExitStack) -> World:
    """Return a world of one terminal of Adyen's, in the local network."""
    endpoint = await stack.enter_async_context(serving_nexo(AdyenTerminal(busy)))
    client = await stack.enter_async_context(collector(over_tls=fleet().way()))
    reading = Reading(terminal_id="", model="V400m", serial_number="324770915", activity=Activity.BUSY)
    absent = endpoint.replace("127.0.0.1", "127.0.0.77")
    return World(client=client, good=endpoint, absent=absent, reading=reading)


def busy(request: dict[str, Any]) -> dict[str, Any]:
    """Answer that a payment is under way."""
    return failed(request, "Busy")


@pytest.fixture(params=["fake", "http", "https", "nexo+https"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Return each world in turn."""
    async with AsyncExitStack() as stack:
        if request.param == "fake":
            yield fake_world()
        elif request.param == "nexo+https":
            yield await nexo_world(stack)
        else:
            yield await real_world(stack, request.param)


def target_of(endpoint: str) -> PollTarget:
    """Return a target there."""
    return PollTarget(endpoint=endpoint, cadence=Cadence(interval_s=30.0, timeout_s=5.0))


async def test_a_good_terminal_gives_its_reading(world: World) -> None:
    """OK comes with a reading and without a detail."""
    result = await poll_once(world.client, target_of(world.good))
    assert (result.outcome, result.detail) == (Outcome.OK, "")
    assert result.reading == world.reading
    assert result.duration_s >= 0


async def test_a_failure_is_a_result(world: World) -> None:
    """Nothing is raised: a failure has its outcome, a detail and no reading."""
    result = await poll_once(world.client, target_of(world.absent))
    assert (result.outcome, result.reading) == (Outcome.REFUSED, None)
    assert result.detail


async def test_done_is_called_once_and_never_before_begin_returns(world: World) -> None:
    """Whether good or absent, each poll is answered once, from the event loop."""
    results: list[PollResult] = []
    for endpoint in (world.good, world.absent):
        world.client.begin(target_of(endpoint), results.append)
        assert results == []
    await until(lambda: len(results) == 2)
    await asyncio.sleep(0.02)  # noqa: TID251 - real time in which a second call would come
    assert len(results) == 2


async def test_a_forgotten_poll_is_never_answered(world: World) -> None:
    """After forgetting, `done` stays silent, and the target can be polled anew."""
    results: list[PollResult] = []
    for endpoint in (world.good, world.absent):
        target = target_of(endpoint)
        world.client.begin(target, results.append)
        world.client.forget(target)
        world.client.forget(target)
        again = await poll_once(world.client, target)
        assert again.outcome is (Outcome.OK if endpoint == world.good else Outcome.REFUSED)
    assert results == []


async def test_forgetting_a_stranger_is_harmless(world: World) -> None:
    """A target that was never polled can be forgotten."""
    world.client.forget(target_of(world.good))


async def test_one_target_can_be_polled_again_and_again(world: World) -> None:
    """Also from within `done`."""
    results: list[PollResult] = []
    target = target_of(world.good)

    def again(result: PollResult) -> None:
        results.append(result)
        if len(results) < 4:
            world.client.begin(target, again)

    world.client.begin(target, again)
    await until(lambda: len(results) == 4)
    assert {result.outcome for result in results} == {Outcome.OK}


async def test_a_target_may_move(world: World) -> None:
    """The endpoint is read at each poll, because a reload changes it in place."""
    target = target_of(world.absent)
    results: list[PollResult] = []
    world.client.begin(target, results.append)
    await until(lambda: len(results) == 1)
    target.endpoint = world.good
    world.client.begin(target, results.append)
    await until(lambda: len(results) == 2)
    assert [result.outcome for result in results] == [Outcome.REFUSED, Outcome.OK]
