import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack

import pytest

from monitor.adapters.collectors.http_json.resolver import SLOW_S, Resolution, ThreadedResolver, system_lookup
from tests.fakes import FakeClock, loop_settled, until


class NameServer:
    """A look-up that answers from `names`; a name in `hanging` waits for `release`."""

    def __init__(self) -> None:
        self.names: dict[str, Sequence[str] | Exception] = {}
        self.hanging: set[str] = set()
        self.release = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        """Answer as told."""
        self.asked.append(host)
        if host in self.hanging:
            self.release.wait(10)
        answer = self.names.get(host, ["192.0.2.1"])
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def server() -> NameServer:
    """Return a name server that knows every name."""
    return NameServer()


@pytest.fixture
def clock() -> FakeClock:
    """Return the resolver's clock."""
    return FakeClock()


@pytest.fixture
async def open_resolver(
    server: NameServer, clock: FakeClock
) -> AsyncIterator[Callable[[int], ThreadedResolver]]:
    """Return a function that makes a resolver with so many threads."""
    async with AsyncExitStack() as stack:
        made: list[ThreadedResolver] = []

        def make(threads: int) -> ThreadedResolver:
            made.append(ThreadedResolver(clock=clock, lookup=server, threads=threads))
            return made[-1]

        yield make
        server.release.set()
        for resolver in made:
            await stack.enter_async_context(resolver)


async def test_a_name_becomes_its_addresses_in_order(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer
) -> None:
    """The system's order is kept and doubles are dropped."""
    server.names["t1"] = ["2001:db8::1", "192.0.2.7", "2001:db8::1"]
    assert await open_resolver(2).resolve("t1") == Resolution(("2001:db8::1", "192.0.2.7"))


@pytest.mark.parametrize(
    ("error", "phrase"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "name does not exist"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "no name server answers"),
        (socket.gaierror(-99, "x"), "look-up failed"),
        (OSError("x"), "look-up failed"),
        (UnicodeError("x"), "look-up failed"),
    ],
)
async def test_a_failure_is_a_result(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer, error: Exception, phrase: str
) -> None:
    """A name that cannot be resolved comes to a phrase, and nothing is raised."""
    server.names["t1"] = error
    assert await open_resolver(2).resolve("t1") == Resolution((), phrase)


async def test_a_name_without_address_is_a_failure(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer
) -> None:
    """No addresses is never mistaken for success."""
    server.names["t1"] = []
    assert await open_resolver(2).resolve("t1") == Resolution((), "name has no address")


async def test_a_result_is_kept_a_minute_and_a_failure_five_seconds(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer, clock: FakeClock
) -> None:
    """Within that time the name server is left alone, afterwards it is asked again."""
    resolver = open_resolver(1)
    server.names["bad"] = socket.gaierror(socket.EAI_NONAME, "x")
    for elapsed_s in (0.0, 4.9, 0.2, 54.0, 1.0):
        clock.turn(elapsed_s)
        await resolver.resolve("good")
        await resolver.resolve("bad")
    assert server.asked == ["good", "bad", "bad", "bad", "good"]


async def test_many_askers_share_one_look_up(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer
) -> None:
    """While a name is looked up, whoever else asks for it waits for the same answer."""
    resolver = open_resolver(8)
    server.hanging.add("t1")
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(resolver.resolve("t1")) for _ in range(20)]
        await until(lambda: server.asked == ["t1"])
        server.release.set()
    assert {task.result() for task in tasks} == {Resolution(("192.0.2.1",))}
    assert server.asked == ["t1"]


async def test_one_asker_giving_up_does_not_cost_the_others(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer
) -> None:
    """Cancelling a wait cancels nobody else's."""
    resolver = open_resolver(1)
    server.hanging.add("t1")
    tasks = [asyncio.ensure_future(resolver.resolve("t1")) for _ in range(2)]
    await until(lambda: server.asked == ["t1"])
    tasks[0].cancel()
    await loop_settled()
    server.release.set()
    assert await tasks[1] == Resolution(("192.0.2.1",))
    assert tasks[0].cancelled()


async def test_hung_look_ups_take_no_more_threads_than_allowed(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer
) -> None:
    """A name server that hangs holds its threads; other names wait in line, and leave it when not wanted."""
    resolver = open_resolver(2)
    server.hanging |= {f"t{number}" for number in range(10)}
    tasks = [asyncio.ensure_future(resolver.resolve(f"t{number}")) for number in range(10)]
    await until(lambda: len(server.asked) == 2)
    await loop_settled()
    assert len(server.asked) == resolver._line.threads == 2
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    server.release.set()
    assert await resolver.resolve("other") == Resolution(("192.0.2.1",))
    await until(lambda: not resolver._waiting)
    assert server.asked == ["t0", "t1", "other"]


async def test_names_that_were_slow_wait_apart_from_the_rest(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer, clock: FakeClock
) -> None:
    """A zone whose name servers hang does not hold up other names for ever: asked again, it queues apart."""
    resolver = open_resolver(4)
    server.hanging |= {f"t{number}" for number in range(20)}
    first = [asyncio.ensure_future(resolver.resolve(name)) for name in sorted(server.hanging)]
    await until(lambda: len(server.asked) == 4)
    clock.turn(SLOW_S + 0.1)
    server.release.set()
    await asyncio.gather(*first)
    server.release.clear()
    clock.turn(61.0)
    slow = server.asked[:4]
    again = [asyncio.ensure_future(resolver.resolve(name)) for name in slow]
    await until(lambda: len(server.asked) == 21)
    assert await resolver.resolve("other") == Resolution(("192.0.2.1",))
    assert len(server.asked) == 22
    server.release.set()
    await asyncio.gather(*again)
    clock.turn(61.0)
    server.release.clear()
    forgiven = [asyncio.ensure_future(resolver.resolve(name)) for name in slow]
    await until(lambda: server.asked[-4:] == slow)
    server.release.set()
    await asyncio.gather(*forgiven)


async def test_a_slow_name_sets_its_neighbours_apart(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer, clock: FakeClock
) -> None:
    """Once one name of a zone was slow the others of it hold nobody up, not even those in line already."""
    server.hanging = {f"{number}.bad.test" for number in range(4)}
    resolver = open_resolver(1)
    slow = [asyncio.ensure_future(resolver.resolve(host)) for host in sorted(server.hanging)]
    await until(lambda: server.asked == ["0.bad.test"])
    good = asyncio.ensure_future(resolver.resolve("good.test"))
    await loop_settled()
    first, server.release = server.release, threading.Event()
    clock.turn(SLOW_S + 1)
    first.set()
    async with asyncio.timeout(5):
        assert (await good).addresses == ("192.0.2.1",)
    assert not any(one.done() for one in slow[1:])
    server.release.set()
    await asyncio.gather(*slow)
    again = asyncio.ensure_future(resolver.resolve("new.bad.test"))
    assert (await again).addresses == ("192.0.2.1",)


async def test_who_comes_back_for_an_abandoned_name_is_served(
    open_resolver: Callable[[int], ThreadedResolver], server: NameServer
) -> None:
    """A name that left the line and is wanted again gets its look-up."""
    resolver = open_resolver(1)
    server.hanging.add("slow")
    slow, abandoned = (asyncio.ensure_future(resolver.resolve(name)) for name in ("slow", "t1"))
    await until(lambda: server.asked == ["slow"])
    abandoned.cancel()
    await loop_settled()
    again = asyncio.ensure_future(resolver.resolve("t1"))
    server.release.set()
    assert await again == await slow == Resolution(("192.0.2.1",))


async def test_what_has_expired_is_forgotten(
    open_resolver: Callable[[int], ThreadedResolver], clock: FakeClock
) -> None:
    """Names that nobody asks for any more do not pile up."""
    resolver = open_resolver(1)
    for _ in range(5):
        for number in range(500):
            await resolver.resolve(f"t{number}-{clock.monotonic()}")
        clock.turn(61.0)
    assert len(resolver._known) <= 1500


def test_the_system_knows_localhost() -> None:
    """The real look-up gives address literals."""
    assert set(system_lookup("localhost")) & {"127.0.0.1", "::1"}


HUNG = """
import asyncio, threading
from monitor.adapters.system import SystemClock
from monitor.adapters.collectors.http_json.resolver import ThreadedResolver

async def main():
    never = threading.Event()
    began = threading.Event()
    def lookup(host):
        began.set()
        never.wait()
    async with ThreadedResolver(clock=SystemClock(), lookup=lookup) as resolver:
        task = asyncio.ensure_future(resolver.resolve("t1"))
        await asyncio.to_thread(began.wait)
        task.cancel()

asyncio.run(main())
print("out")
"""


def test_a_hung_look_up_does_not_keep_the_process_from_exiting() -> None:
    """The daemon stops at once although a thread still waits for a name server."""
    done = subprocess.run(
        [sys.executable, "-c", HUNG], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout == "out\n"
