from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from monitor.views.documents import Problem
from monitor.web.routing.problems import CONTENT_TYPE, Handler, ProblemAnswers, Refused, refused

ANSWERS = ProblemAnswers(
    error_page=lambda _request, problem: f"<p>{problem.title}</p>", body_bytes=lambda _request: 100
)
BROWSER = "text/html,*/*"


def failing(error: Exception) -> Handler:
    """Return a handler that raises."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        raise error

    return handler


async def answer(
    error: Exception, path: str = "/api/v1/status", *, sent: int = 0, accept: str = "*/*"
) -> web.Response:
    """Return what a request comes to whose handler fails with `sent` bytes of its response sent."""
    writer: Any = SimpleNamespace(output_size=sent)
    request = make_mocked_request("GET", path, headers={"Accept": accept}, writer=writer)
    response = await ANSWERS(request, failing(error))
    assert isinstance(response, web.Response)
    return response


def problem_in(response: web.Response) -> Problem:
    """Return the problem document of a response."""
    assert response.content_type == CONTENT_TYPE
    assert isinstance(response.body, bytes)
    return msgspec.json.decode(response.body, type=Problem)


async def test_a_refusal_is_answered_with_its_problem_and_header_fields() -> None:
    """The status of the document is that of the response."""
    problem = Problem(title="Too Many Requests", status=429, detail="wait")
    response = await answer(Refused(problem, headers={"Retry-After": "3"}))
    assert (response.status, response.headers["Retry-After"]) == (429, "3")
    assert problem_in(response) == problem


async def test_an_error_of_the_router_becomes_a_problem() -> None:
    """A method that is not allowed says which are."""
    response = await answer(web.HTTPMethodNotAllowed("PUT", ["GET", "HEAD"]))
    assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD")
    assert problem_in(response).title == "Method Not Allowed"


async def test_a_fault_of_posmon_s_own_is_logged_and_not_told() -> None:
    """The answer has no word of the exception."""
    with capture_logs() as lines:
        response = await answer(RuntimeError("secret"))
    assert problem_in(response) == Problem(title="Internal Server Error", status=500)
    assert [line["event"] for line in lines] == ["web.failed"]


async def test_a_response_that_breaks_half_way_is_broken_off() -> None:
    """No client may take the half of it for the whole."""
    with capture_logs(), pytest.raises(RuntimeError):
        await answer(RuntimeError(), sent=5)


async def test_a_browser_gets_a_page_outside_the_api() -> None:
    """Below /api it gets the document, as any program does."""
    page = await answer(refused(404, "Not Found"), "/terminals/7", accept=BROWSER)
    assert (page.status, page.content_type, page.text) == (404, "text/html", "<p>Not Found</p>")
    document = await answer(refused(404, "Not Found"), "/api/v1/terminals/7", accept=BROWSER)
    assert document.content_type == CONTENT_TYPE


async def test_a_body_that_announces_itself_as_too_large_is_refused() -> None:
    """Before anybody reads it."""
    request = make_mocked_request("POST", "/-/reload", headers={"Content-Length": "101"})
    response = await ANSWERS(request, failing(RuntimeError()))
    assert response.status == 413


async def test_a_lost_connection_is_nobody_s_fault() -> None:
    """It goes on to the server, which knows that nobody is there to answer."""
    with capture_logs() as lines, pytest.raises(ConnectionResetError):
        await answer(ConnectionResetError())
    assert lines == []
