import asyncio

import pytest

from monitor.adapters.collectors.http_json.tls.handshakes import MOST_BEHIND_S, SLICE_S, HandshakeQueue
from tests.fakes import FakeClock, until


class Step:
    """A handshake whose step takes `takes_s` and is written down."""

    def __init__(
        self, name: str, log: list[str], clock: FakeClock, *, takes_s: float = 0.0, error: str = ""
    ) -> None:
        self._name = name
        self._log = log
        self._clock = clock
        self._takes_s = takes_s
        self._error = error

    def step(self) -> None:
        """Let the time pass."""
        self._clock.turn(self._takes_s)
        self._log.append(self._name)
        if self._error:
            raise ZeroDivisionError(self._error)


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that stands."""
    return FakeClock()


async def test_steps_are_taken_in_order_and_never_at_once(clock: FakeClock) -> None:
    """First come, first served, by the event loop."""
    queue, log = HandshakeQueue(clock=clock), list[str]()
    for name in "abc":
        queue.add(Step(name, log, clock))
    assert log == []
    await until(lambda: log == ["a", "b", "c"])
    queue.add(Step("d", log, clock))
    await until(lambda: log == ["a", "b", "c", "d"])


async def test_after_a_slice_others_have_a_turn(clock: FakeClock) -> None:
    """What is called between finds no more done than a slice's worth."""
    queue, log = HandshakeQueue(clock=clock), list[str]()
    for name in "abcde":
        queue.add(Step(name, log, clock, takes_s=SLICE_S * 0.6))
    seen: list[str] = []
    asyncio.get_running_loop().call_soon(lambda: seen.extend(log))
    await until(lambda: log == list("abcde"))
    assert seen == ["a", "b"]


async def test_the_pause_is_as_long_as_the_slice(clock: FakeClock) -> None:
    """Handshakes have at most half of the time: after 50 ms of them the next waits for 50 ms."""
    queue, log = HandshakeQueue(clock=clock), list[str]()
    loop = asyncio.get_running_loop()
    queue.add(Step("long", log, clock, takes_s=0.05))
    queue.add(Step("next", log, clock))
    started = loop.time()
    await until(lambda: log == ["long", "next"])
    assert loop.time() - started >= 0.045


async def test_it_is_behind_when_the_oldest_has_waited_too_long(clock: FakeClock) -> None:
    """Not their number counts, for how long a step takes depends on the machine."""
    queue, log = HandshakeQueue(clock=clock), list[str]()
    assert not queue.is_behind()
    for name in "ab":
        queue.add(Step(name, log, clock))
    clock.turn(MOST_BEHIND_S)
    assert not queue.is_behind()
    clock.turn(0.01)
    assert queue.is_behind()
    await until(lambda: log == ["a", "b"])
    assert not queue.is_behind()


async def test_an_error_in_one_step_does_not_stop_the_others(clock: FakeClock) -> None:
    """It is reported to the loop, and the queue goes on."""
    queue, log = HandshakeQueue(clock=clock), list[str]()
    errors: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["exception"]))
    queue.add(Step("bad", log, clock, error="broken"))
    queue.add(Step("good", log, clock))
    await until(lambda: log == ["bad", "good"])
    assert [type(error) for error in errors] == [ZeroDivisionError]
