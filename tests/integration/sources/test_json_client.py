import asyncio
from ipaddress import ip_network

import pytest
from aiohttp import web
from yarl import URL

from monitor.adapters.sources.json_client import (
    LARGEST_ANSWER,
    LONGEST_PAUSE_S,
    RATE_LIMITED_PAUSE_S,
    UNAUTHORIZED_PAUSE_S,
    JsonAnswer,
)
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import RATE_LIMITED, UNAUTHORIZED, RoundResult
from tests.integration.sources.service import Handler, json_client, service


def answering(status: int = 200, text: str = "{}", **headers: str) -> Handler:
    """Return a handler with one answer."""

    async def handle(_request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=named)

    return handle


async def test_a_document_comes_with_its_headers() -> None:
    """The key is sent, and the answer decoded."""
    asked: list[str | None] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization"))
        return web.json_response({"a": 1}, headers={"X-RateLimit-Remaining": "7"})

    async with service(handle) as url, json_client(Authorization="Bearer k") as client:
        answer = await client.get(url)
    assert isinstance(answer, JsonAnswer)
    assert (answer.document, answer.headers["X-RateLimit-Remaining"]) == ({"a": 1}, "7")
    assert asked == ["Bearer k"]


async def test_an_answer_that_repeats_the_key_is_refused() -> None:
    """Some test services echo what they are sent; the texts of an answer are shown to people."""

    async def echo(request: web.Request) -> web.Response:
        return web.json_response({name: request.headers[name] for name in request.headers})

    async with service(echo) as url:
        async with json_client(Authorization="Bearer sk_live_0815_4711") as client:
            refused = await client.get(url)
        async with json_client(Accept_Language="a-long-word-that-is-no-secret") as client:
            taken = await client.get(url)
    assert refused == RoundResult(Outcome.PROTOCOL, "its answer repeats the key that posmon sends")
    assert isinstance(taken, JsonAnswer)


@pytest.mark.parametrize(
    ("handler", "result", "pause_s"),
    [
        (answering(401), UNAUTHORIZED, UNAUTHORIZED_PAUSE_S),
        (answering(403), UNAUTHORIZED, UNAUTHORIZED_PAUSE_S),
        (answering(429), RATE_LIMITED, RATE_LIMITED_PAUSE_S),
        (answering(429, Retry_After="7"), RATE_LIMITED, 7.0),
        (answering(429, Retry_After="99999999"), RATE_LIMITED, LONGEST_PAUSE_S),
        (answering(429, Retry_After="soon"), RATE_LIMITED, RATE_LIMITED_PAUSE_S),
        (answering(429, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT"), RATE_LIMITED, 0.0),
        (answering(503, Retry_After="5"), Outcome.HTTP_STATUS, 5.0),
        (answering(500), Outcome.HTTP_STATUS, 0.0),
        (answering(302, Location="http://192.0.2.1/"), Outcome.REDIRECT, 0.0),
        (answering(text="not JSON"), Outcome.PROTOCOL, 0.0),
        (answering(text="[" * 100_000), Outcome.PROTOCOL, 0.0),
        (answering(text='{"a": NaN}'), Outcome.PROTOCOL, 0.0),
    ],
)
async def test_what_goes_wrong_is_a_result(handler: Handler, result: str, pause_s: float) -> None:
    """Nothing is raised: refusals, limits and broken answers are named, with the pause they ask for."""
    async with service(handler) as url, json_client() as client:
        answer = await client.get(url)
    assert isinstance(answer, RoundResult)
    assert (answer.result, answer.pause_s) == (result, pause_s)
    assert answer.detail


async def test_a_huge_answer_is_cut_off() -> None:
    """Posmon reads so much of it and no more."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(2 * LARGEST_ANSWER // 65536):
                await response.write(b" " * 65536)
        except ConnectionError:
            pass
        return response

    async with service(handle) as url, json_client() as client:
        answer = await client.get(url)
    assert isinstance(answer, RoundResult)
    assert answer.detail == "its answer is larger than 16 MiB"


async def test_a_slow_drip_times_out() -> None:
    """The whole exchange has one deadline."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(100):
                await response.write(b" ")
                await asyncio.sleep(0.05)  # noqa: TID251 - real time between two bytes
        except ConnectionError:
            pass
        return response

    async with service(handle) as url, json_client(timeout_s=0.3) as client:
        answer = await client.get(url)
    assert isinstance(answer, RoundResult)
    assert answer.result == Outcome.TIMEOUT


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_forbidden_addresses_are_never_asked(host: str) -> None:
    """The policy holds for addresses and for what names lead to."""
    asked: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request)
        return web.Response()

    policy = AddressPolicy(allowed_networks=(ip_network("192.0.2.0/24"),))
    async with service(handle) as url, json_client(allowed=policy) as client:
        answer = await client.get(url.with_host(host))
    assert isinstance(answer, RoundResult)
    assert answer.result in {Outcome.REFUSED, Outcome.DNS, Outcome.RESET}
    assert asked == []


async def test_nobody_listening_is_refused() -> None:
    """A closed port has its own result, and no secret is told."""
    async with json_client(Authorization="Bearer very-secret") as client:
        answer = await client.get(URL("http://127.0.0.77:9/"))
    assert isinstance(answer, RoundResult)
    assert answer.result == Outcome.REFUSED
    assert "very-secret" not in repr(answer)
