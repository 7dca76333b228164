"""Whatever a terminal does: one result, in time, and nothing left behind."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, KeepAlive, client_tls
from monitor.adapters.collectors.http_json.deadlines import GRANULARITY_S
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.fakes import until
from tests.integration.heartbeat_client.conftest import LOOPS
from tests.integration.heartbeat_client.polling import open_sockets, polling_client, target_of
from tests.integration.heartbeat_client.scripted_server import GOOD, HEAD, Script, Visit, serving

TLS = client_tls()
TIMEOUT_S = 0.15
SLACK_S = GRANULARITY_S + 2.0
"""The granularity of deadlines, and what a busy machine may add."""

Step = Callable[[Visit], Awaitable[object]]


async def pause(_visit: Visit) -> None:
    """Do nothing for a moment."""
    await asyncio.sleep(0.01)  # noqa: TID251 - the pause is the behaviour


async def reset(visit: Visit) -> None:
    """Reset the connection."""
    visit.reset()


def send(data: bytes) -> Step:
    """Return the step that sends `data`."""
    return partial(_send, data=data)


async def _send(visit: Visit, data: bytes) -> None:
    await visit.send(data)


def steps() -> st.SearchStrategy[Step]:
    """Return what a terminal may do next."""
    said = st.sampled_from(
        [GOOD, GOOD, GOOD[:30], GOOD[30:], HEAD, b"\r\n", b"HTTP/1.1 ", b"\x00", GOOD + GOOD]
    )
    return st.one_of(
        st.just(Visit.request),
        said.map(send),
        st.binary(max_size=20).map(send),
        st.just(pause),
        st.just(reset),
        st.just(Visit.hang),
    )


def scripts() -> st.SearchStrategy[list[Step]]:
    """Return what a terminal does with each connection; at the end of it, it closes."""
    polite = [Visit.request, send(GOOD)]
    return st.lists(steps(), max_size=6).map(lambda more: polite + more) | st.lists(steps(), max_size=6)


def playing(script: list[Step]) -> Script:
    """Return the steps as one script."""

    async def play(visit: Visit) -> None:
        for step in script:
            await step(visit)

    return play


class Polls:
    """Polls one terminal over and over; counts how often each poll was answered."""

    def __init__(self, client: HttpHeartbeatClient, url: str) -> None:
        self.target = target_of(url, timeout_s=TIMEOUT_S)
        self.answered: Counter[int] = Counter()
        self.results: list[PollResult] = []
        self.begun = 0
        self._client = client

    def begin(self) -> None:
        """Start the next poll."""
        self.begun += 1
        self._client.begin(self.target, partial(self._done, self.begun))
        assert not self.answered[self.begun], "answered before begin returned"

    def _done(self, number: int, result: PollResult) -> None:
        self.answered[number] += 1
        self.results.append(result)
        if self.begun < 3:
            self.begin()


async def poll_all(behaviours: list[list[Step]], keep_alive: KeepAlive) -> list[Polls]:
    """Poll a terminal of each behaviour three times, all at once, with one client; then close it."""
    polls: list[Polls] = []
    before = open_sockets()
    async with (
        asyncio.TaskGroup() as group,
        polling_client(tls=TLS, concurrency=50, max_sockets=50, keep_alive=keep_alive) as client,
    ):
        over = asyncio.Event()

        async def face(behaviour: list[Step]) -> None:
            async with serving(playing(behaviour)) as server:
                polls.append(Polls(client, server.url()))
                polls[-1].begin()
                await over.wait()

        for behaviour in behaviours:
            group.create_task(face(behaviour))
        await until(lambda: sum(len(each.results) for each in polls) == 3 * len(behaviours), within_s=10)
        assert client.in_flight == 0
        await client.aclose()
        assert client.kept_connections == 0
        over.set()
    # The scripted servers need a moment more.
    await until(lambda: open_sockets() <= before)
    return polls


@pytest.mark.parametrize("loop", LOOPS)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(scripts(), min_size=1, max_size=30), st.sampled_from(["auto", "always", "never"]))
def test_every_poll_is_answered_once_in_time_and_nothing_leaks(
    loop: str, behaviours: list[list[Step]], keep_alive: KeepAlive
) -> None:
    """For any behaviour `done` is called exactly once, by the deadline, and every socket is closed after."""
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        polls = runner.run(poll_all(behaviours, keep_alive))
    for each in polls:
        assert each.answered == {1: 1, 2: 1, 3: 1}
        for result in each.results:
            assert (result.reading is not None) == (result.outcome is Outcome.OK) == (not result.detail)
            assert 0 <= result.duration_s < TIMEOUT_S + SLACK_S
