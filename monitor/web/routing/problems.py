"""Errors as problem documents (RFC 9457); for a browser that asks for a page, as a page."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
import structlog
from aiohttp import web

from monitor.views.documents import Problem

log = structlog.get_logger()

CONTENT_TYPE = "application/problem+json"
MAX_BODY_BYTES = 64 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ErrorPage = Callable[[web.Request, Problem], str]


class Refused(Exception):
    """A request that is answered with a problem document."""

    def __init__(self, problem: Problem, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.title)
        self.problem = problem
        self.headers = headers or {}


def refused(status: int, title: str, detail: str = "") -> Refused:
    """Return a refusal in a few words."""
    return Refused(Problem(title=title, status=status, detail=detail))


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a problem document as a response."""
    return web.Response(
        status=problem.status,
        body=msgspec.json.encode(problem),
        headers=dict(headers or {}),
        content_type=CONTENT_TYPE,
    )


class ProblemAnswers:
    """A middleware that turns every failure into a problem document.

    `error_page` renders one for people, for a browser that asked for HTML outside the API. `body_bytes`
    returns how large a request's body may be.
    """

    def __init__(self, *, error_page: ErrorPage, body_bytes: Callable[[web.Request], int]) -> None:
        self._error_page = error_page
        self._body_bytes = body_bytes

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer the request, one way or the other."""
        try:
            self._refuse_large_body(request)
            return await handler(request)
        except Refused as refusal:
            return self._answer(request, refusal.problem, refusal.headers)
        except web.HTTPException as error:
            allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return self._answer(request, Problem(title=error.reason, status=error.status), allow)
        except ConnectionError:
            raise
        except Exception:
            log.exception("web.failed", method=request.method, route=_route_of(request))
            # With half a response sent, all that is left is to break off: no client takes that for whole.
            if request.writer.output_size > 0:
                raise
            return self._answer(request, Problem(title="Internal Server Error", status=500), {})

    def _refuse_large_body(self, request: web.Request) -> None:
        most = self._body_bytes(request)
        if (request.content_length or 0) > most:
            raise refused(413, "Content Too Large", f"A body has at most {most} bytes.")

    def _answer(
        self, request: web.Request, problem: Problem, headers: Mapping[str, str]
    ) -> web.StreamResponse:
        if "text/html" not in request.headers.get("Accept", "") or request.path.startswith("/api/"):
            return problem_response(problem, headers)
        return web.Response(
            status=problem.status,
            text=self._error_page(request, problem),
            headers=dict(headers),
            content_type="text/html",
        )


def _route_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""
