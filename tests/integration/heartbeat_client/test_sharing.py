"""Terminals that serve one client at a time, and those that serve several."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, KeepAlive
from monitor.adapters.collectors.http_json.keep_alive import LONG_PAUSE
from monitor.adapters.collectors.http_json.renewal import GREATEST_AGE_S, LOOKED_UP_EVERY_S
from monitor.adapters.collectors.http_json.sharing_trials import LEAST_S
from monitor.adapters.system import SystemClock
from monitor.domain.polling.poll_result import Outcome
from tests.fakes import until
from tests.integration.heartbeat_client.polling import MakeClient, poll, target_of
from tests.integration.heartbeat_client.scripted_server import Script, Visit, answers, serving

CLOSING = b"Connection: close\r\n"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"


class OneAtATime:
    """A device with room for one client; `others` says what becomes of a second one."""

    def __init__(self) -> None:
        self.present: Visit | None = None
        self.free = asyncio.Event()
        self.free.set()

    async def serve(self, visit: Visit) -> None:
        """Answer one client until it leaves."""
        self.present = visit
        self.free.clear()
        try:
            await answers(visit)
        finally:
            if self.present is visit:
                self.present = None
                self.free.set()

    async def queues(self, visit: Visit) -> None:
        """Let the second wait, as the backlog of a device without threads does."""
        while self.present is not None:
            await self.free.wait()
        await self.serve(visit)

    async def resets(self, visit: Visit) -> None:
        """Reset the second."""
        if self.present is not None:
            visit.reset()
        else:
            await self.serve(visit)

    async def says_busy(self, visit: Visit) -> None:
        """Tell the second to come again."""
        if self.present is not None:
            await visit.request()
            await visit.send(BUSY)
        else:
            await self.serve(visit)

    async def drops_the_first(self, visit: Visit) -> None:
        """Serve who came last."""
        if self.present is not None:
            self.present.reset()
        await self.serve(visit)


Kind = Callable[[OneAtATime], Script]
KINDS: list[Kind] = [
    lambda device: device.queues,
    lambda device: device.resets,
    lambda device: device.says_busy,
    lambda device: device.drops_the_first,
]


class LaterClock(SystemClock):
    """The time of day, `later_s` ahead."""

    later_s = 0.0

    def monotonic(self) -> float:
        """Return the monotonic time that it would be."""
        return super().monotonic() + self.later_s


async def settle(client: HttpHeartbeatClient) -> None:
    """Wait until no terminal is on trial."""
    await until(lambda: not client.trials)


@pytest.mark.parametrize("kind", KINDS, ids=["queues", "resets", "says_busy", "drops_the_first"])
async def test_who_serves_one_client_is_left_free_between_polls(make_client: MakeClient, kind: Kind) -> None:
    """Whatever the device does with a second client, posmon keeps nothing once it knows."""
    client = make_client(keep_alive="auto")
    async with serving(kind(OneAtATime())) as server:
        target = target_of(server.url())
        for _ in range(4):
            assert (await poll(client, target)).outcome is Outcome.OK
            await settle(client)
            assert client.kept_connections == 0
        assert [CLOSING in request for request in server.requests][-3:] == [True] * 3


async def test_a_till_waits_for_a_moment_at_most(make_client: MakeClient) -> None:
    """While posmon finds out, a till that comes to a device without threads is soon served."""
    client, till = make_client(keep_alive="auto"), make_client(keep_alive="never")
    async with serving(OneAtATime().queues) as server:
        target = target_of(server.url())
        for _ in range(3):
            assert (await poll(client, target)).outcome is Outcome.OK
            sale = await poll(till, target_of(server.url()))
            assert sale.outcome is Outcome.OK
            assert sale.duration_s < 2 * LEAST_S + 0.5


async def test_who_serves_two_is_kept_after_one_trial(make_client: MakeClient) -> None:
    """The trial costs one more connection, once."""
    client = make_client(keep_alive="auto")
    async with serving(answers) as server:
        target = target_of(server.url())
        for _ in range(5):
            assert (await poll(client, target)).outcome is Outcome.OK
            await settle(client)
            assert client.kept_connections == 1
        assert server.visits == 2


@pytest.mark.parametrize(("mode", "visits"), [("always", 1), ("never", 3), ("auto", 2)])
async def test_a_target_may_say_otherwise(make_client: MakeClient, mode: KeepAlive, visits: int) -> None:
    """What an override says of a model holds for its terminals, whatever the fleet's setting is."""
    client = make_client(keep_alive="always" if mode == "never" else "never")
    async with serving(answers) as server:
        target = target_of(server.url())
        target.cadence = replace(target.cadence, keep_alive=mode)
        for _ in range(3):
            assert (await poll(client, target)).outcome is Outcome.OK
            await settle(client)
        assert server.visits == visits


async def test_trials_are_few_and_leave_sockets_to_polls(make_client: MakeClient) -> None:
    """Without a socket to spare nothing is tried and nothing kept."""
    client = make_client(keep_alive="auto", max_sockets=1, concurrency=1)
    async with serving(answers) as server:
        target = target_of(server.url())
        for _ in range(2):
            assert (await poll(client, target)).outcome is Outcome.OK
            assert (client.trials, client.kept_connections) == (0, 0)


async def test_it_is_tried_again_after_a_long_pause(make_client: MakeClient) -> None:
    """Terminals get updated."""
    device = OneAtATime()
    script: Script = device.resets

    async def serves(visit: Visit) -> None:
        await script(visit)

    client = make_client(keep_alive="auto")
    async with serving(serves) as server:
        target = target_of(server.url())
        await poll(client, target)
        await settle(client)
        script = answers
        for _ in range(LONG_PAUSE):
            await poll(client, target)
        assert client.kept_connections == 0
        await poll(client, target)
        await settle(client)
        assert client.kept_connections == 1


async def test_forgetting_ends_a_trial(make_client: MakeClient) -> None:
    """Nothing of a terminal that left the inventory goes on."""
    client = make_client(keep_alive="auto")
    async with serving(OneAtATime().queues) as server:
        target = target_of(server.url())
        await poll(client, target)
        assert client.trials == 1
        client.forget(target)
        assert client.trials == 0
        await until(lambda: client.sockets == 0)


async def test_a_kept_connection_grows_old(make_client: MakeClient) -> None:
    """After an hour at the latest a new one takes its place."""
    clock = LaterClock()
    client = make_client(clock=clock)
    async with serving(answers) as server:
        target = target_of(server.url())
        await poll(client, target)
        clock.later_s = GREATEST_AGE_S / 2 - 10
        await poll(client, target)
        assert server.visits == 1
        clock.later_s = GREATEST_AGE_S + 10
        assert (await poll(client, target)).outcome is Outcome.OK
        assert server.visits == 2


async def test_a_kept_connection_follows_its_name(make_client: MakeClient) -> None:
    """Once the name leads to another device that one is asked, though the first would go on answering."""
    clock, addresses = LaterClock(), ["127.0.0.1"]
    client = make_client(clock=clock, lookup=lambda _host: [*addresses])
    async with serving(answers) as old, serving(answers, host="127.0.0.2", port=old.port) as new:
        target = target_of(old.url("till.example"))
        await poll(client, target)
        clock.later_s = LOOKED_UP_EVERY_S + 10
        await poll(client, target)
        assert (old.visits, client.kept_connections) == (1, 1)
        addresses[:] = ["127.0.0.2"]
        clock.later_s *= 2
        # A look-up of the poll before may still be under way; the next poll then begins another.
        async with asyncio.timeout(5):
            while not new.visits:
                await poll(client, target)
        assert (old.visits, new.visits) == (1, 1)
        addresses.clear()
        clock.later_s *= 2
        await poll(client, target)
        assert client.kept_connections == 1, "name servers that fail end nothing"
