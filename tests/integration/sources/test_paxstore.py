"""PAXSTORE over HTTP: refused keys, limits and the budget of calls."""

from collections.abc import Callable
from math import inf

import pytest
from aiohttp import web
from structlog.testing import capture_logs
from yarl import URL

from monitor.adapters.sources.call_budget import CallBudget
from monitor.adapters.sources.json_client import RATE_LIMITED_PAUSE_S, JsonClient
from monitor.adapters.sources.paxstore import AT_A_TIME, PaxstoreTerminals
from monitor.adapters.sources.paxstore_client import CALLS, WINDOW_S, PaxstoreClient
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, RATE_LIMITED, UNAUTHORIZED, RoundResult
from monitor.services.source_rounds import SourceRounds
from monitor.simulator.paxstore_cloud import KEY, SECRET, PaxstoreCloud
from tests.fakes import FakeClock, loop_settled, not_compared, until
from tests.integration.sources.service import Handler, ask, json_client, service
from tests.paxstore import listing, served
from tests.running import running

Answer = Callable[[web.Request], web.Response]


def source_at(
    url: URL,
    client: JsonClient,
    clock: FakeClock,
    *,
    key: str = KEY,
    secret: str = SECRET,
    calls: int = CALLS,
    interval_s: float = WINDOW_S,
) -> PaxstoreTerminals:
    """Return the source at `url`; with that interval a page keeps back one call."""
    budget = CallBudget(calls=calls, window_s=WINDOW_S, clock=clock)
    signing = PaxstoreClient(client=client, key=key, secret=secret, clock=clock, budget=budget)
    return PaxstoreTerminals(client=signing, url=url, interval_s=interval_s, clock=clock)


def answering(listed: Answer | None = None, detailed: Answer | None = None) -> Handler:
    """Return a PAXSTORE of twelve terminals that answers the list and the details in these ways."""
    rows = [{"id": number, "serialNo": f"S{number}", "lastAccessTime": 1} for number in range(12)]

    async def handle(request: web.Request) -> web.Response:
        if request.path.endswith("/network"):
            return (detailed or document(businessCode=0, data={"battery": 50}))(request)
        return (listed or document(businessCode=0, hasNext=False, dataset=rows))(request)

    return handle


def document(status: int = 200, headers: dict[str, str] | None = None, **fields: object) -> Answer:
    """Return what answers with a document."""
    return lambda _request: web.json_response(fields, status=status, headers=headers)


async def asked(handler: Handler) -> RoundResult:
    """Return how a round ends at a service with that handler."""
    async with service(handler) as url, json_client() as client:
        result, _ = await ask(source_at(url, client, FakeClock()))
    return result


async def test_a_path_of_the_address_stands_for_the_usual_one() -> None:
    """The address may be written with or without /p-market-api."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=clock)
    async with served(cloud, listing(1)) as url, json_client() as client:
        for address in (url, url / "p-market-api"):
            result, reports = await ask(source_at(address, client, clock))
            assert result == RoundResult(GOOD)
            assert reports[-1].online is True
        wrong, _ = await ask(source_at(url / "other", client, clock))
    assert wrong == RoundResult(Outcome.HTTP_STATUS, "status 404")


@pytest.mark.parametrize(
    ("key", "secret", "late_s"), [("WRONGKEY", SECRET, 0), (KEY, "WRONGSECRET", 0), (KEY, SECRET, 3600)]
)
async def test_a_refused_key_is_never_used_again(key: str, secret: str, late_s: float) -> None:
    """One call, however long posmon runs; neither log nor result tells the key. A wrong clock is enough."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=FakeClock(clock.now().ago(late_s)))
    board = SourceBoard(name="estate", kind="paxstore", interval_s=60.0, stale_after_s=1800.0)
    async with served(cloud, listing(3)) as url, json_client() as client:
        source = source_at(url, client, clock, key=key, secret=secret)
        rounds = SourceRounds(clock=clock, compare=not_compared)
        rounds.begin(source, board)
        with capture_logs() as lines:
            async with running(rounds.run()):
                await until(lambda: board.last_result is not None)
                await loop_settled()
                for _ in range(60):
                    await clock.advance(60)
    assert cloud.calls == 1
    assert board.last_result is not None
    assert (board.last_result.result, board.last_result.pause_s) == (UNAUTHORIZED, inf)
    assert "source.given_up" in [line["event"] for line in lines]
    told = f"{lines} {board.detail}"
    assert key not in told
    assert secret not in told


@pytest.mark.parametrize(
    "refusal",
    [
        document(status=401),
        document(status=403),
        *(document(businessCode=code) for code in (102, 103, 104, 105, 129, 131)),
    ],
)
async def test_every_refusal_of_the_key_is_for_good(refusal: Answer) -> None:
    """Twenty of them would lock it; among the details four at most are under way."""
    result = await asked(answering(refusal))
    assert (result.result, result.pause_s) == (UNAUTHORIZED, inf)
    calls: list[str] = []

    def noted(request: web.Request) -> web.Response:
        calls.append(request.path)
        return refusal(request)

    result = await asked(answering(detailed=noted))
    assert (result.result, result.pause_s) == (UNAUTHORIZED, inf)
    assert len(calls) <= AT_A_TIME


@pytest.mark.parametrize(
    ("limited", "pause_s"),
    [
        (document(status=429), RATE_LIMITED_PAUSE_S),
        (document(status=429, headers={"Retry-After": "7"}), 7.0),
        (document(businessCode=429), RATE_LIMITED_PAUSE_S),
        (document(businessCode=429, headers={"Retry-After": "7"}), 7.0),
        (document(businessCode=429, headers={"X-RateLimit-Remaining": "0"}), WINDOW_S),
    ],
)
async def test_a_limit_is_a_pause(limited: Answer, pause_s: float) -> None:
    """Without the list the round has failed; with it, only details are left."""
    result = await asked(answering(limited))
    assert (result.result, result.pause_s) == (RATE_LIMITED, pause_s)
    result = await asked(answering(detailed=limited))
    assert (result.result, result.is_complete, result.pause_s) == (GOOD, True, pause_s)
    assert result.detail == "details left for a later round: 12"


@pytest.mark.parametrize(
    ("listed", "end"),
    [
        (document(businessCode=0), RoundResult(Outcome.PROTOCOL, "its answer has no list of terminals")),
        (document(dataset=[]), RoundResult(Outcome.PROTOCOL, "its answer has no business code")),
        (document(businessCode=True), RoundResult(Outcome.PROTOCOL, "its answer has no business code")),
        (document(businessCode=10**30), RoundResult(Outcome.PROTOCOL, "its answer has no business code")),
        (document(businessCode=[103]), RoundResult(Outcome.PROTOCOL, "its answer has no business code")),
        (document(businessCode=108), RoundResult(Outcome.HTTP_STATUS, "business code 108")),
        (lambda _: web.json_response([]), RoundResult(Outcome.PROTOCOL, "its answer has no business code")),
        (document(status=500), RoundResult(Outcome.HTTP_STATUS, "status 500")),
        (
            document(businessCode=0, hasNext=True, dataset=[]),
            RoundResult(Outcome.PROTOCOL, "its pages go on without a terminal"),
        ),
        (
            document(businessCode=0, hasNext="true", dataset=[{"id": number} for number in range(100)]),
            RoundResult(Outcome.PROTOCOL, "it does not say whether a page follows"),
        ),
        (document(businessCode=0, hasNext=[], dataset=[None, [], {}, {"id": []}]), RoundResult(GOOD)),
    ],
)
async def test_a_list_that_is_none_ends_the_round(listed: Answer, end: RoundResult) -> None:
    """What is wrong is said in posmon's words; nothing is raised."""
    assert await asked(answering(listed)) == end


async def test_a_service_without_details_fails_after_a_few() -> None:
    """One broken answer costs one terminal its details; four in a row are the service's failure."""
    calls: list[str] = []

    def broken(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response(text="not JSON")

    def once(request: web.Request) -> web.Response:
        return broken(request) if not calls else document(businessCode=0, data=[])(request)

    assert (await asked(answering(detailed=broken))).result == Outcome.PROTOCOL
    assert len(calls) == AT_A_TIME
    calls.clear()
    assert await asked(answering(detailed=once)) == RoundResult(GOOD, "details left for a later round: 1")


@pytest.mark.parametrize("serial", [None, "", "S\n", "S" * 65, 7, [], {}])
async def test_a_terminal_without_a_serial_number_is_listed(serial: object) -> None:
    """Nobody asks for its details."""
    rows = [{"id": 1, "serialNo": serial, "status": "P"}]
    handler = answering(document(businessCode=0, dataset=rows), document(status=500))
    async with service(handler) as url, json_client() as client:
        result, reports = await ask(source_at(url, client, FakeClock()))
    assert result == RoundResult(GOOD)
    assert [report.terminal for report in reports] == ["1"]


async def test_the_budget_is_kept_and_the_oldest_details_come_first() -> None:
    """A round that may ask no more is good; its terminals keep what they had."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=clock)
    async with served(cloud, listing(10)) as url, json_client() as client:
        source = source_at(url, client, clock, calls=8)
        first, reports = await ask(source)
        detailed = {report.terminal for report in reports if report.online}
        assert first == RoundResult(GOOD, "details left for a later round: 4")
        assert (cloud.calls, len(detailed)) == (7, 6)
        second, reports = await ask(source)
        assert second == RoundResult(GOOD, "details left for a later round: 10")
        assert {report.terminal for report in reports if report.online} == detailed
        third, _ = await ask(source)
        assert (third.result, third.pause_s, cloud.calls) == (RATE_LIMITED, WINDOW_S, 8)
        clock.turn(WINDOW_S)
        fourth, reports = await ask(source)
    assert fourth == RoundResult(GOOD, "details left for a later round: 4")
    assert len({report.terminal for report in reports if report.online}) == 10
    assert cloud.calls == 15


async def test_no_window_has_more_calls_than_the_budget() -> None:
    """A round a minute lists all terminals every time, and never waits for its list."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=clock)
    made: list[tuple[float, int]] = []
    async with served(cloud, listing(110)) as url, json_client() as client:
        source = source_at(url, client, clock, calls=250, interval_s=60.0)
        for _ in range(25):
            before = cloud.calls
            result, _ = await ask(source)
            assert result.is_good
            made.append((clock.monotonic(), cloud.calls - before))
            clock.turn(60)
    for end, _ in made:
        assert sum(count for at, count in made if end - WINDOW_S < at <= end) <= 250


async def test_others_who_use_the_key_are_left_their_share() -> None:
    """X-RateLimit-Remaining says how much of the limit is left; a sixth of it is not posmon's."""
    clock = FakeClock()
    cloud = PaxstoreCloud(clock=clock, limit=12)
    async with served(cloud, listing(20)) as url, json_client() as client:
        result, _ = await ask(source_at(url, client, clock))
    assert result.is_good
    assert cloud.calls == 10


async def test_a_long_list_makes_posmon_rest() -> None:
    """Lists alone take half of the budget at most."""
    clock = FakeClock()
    async with served(PaxstoreCloud(clock=clock), listing(130)) as url, json_client() as client:
        result, _ = await ask(source_at(url, client, clock, calls=300, interval_s=1.0))
    assert (result.result, result.pause_s) == (GOOD, 8.0)
