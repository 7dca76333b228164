"""One route with its answer and its scope."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import hdrs, web
from msgspec import Struct

from monitor.domain.access.tokens import Scope
from monitor.web.routing.problems import MAX_BODY_BYTES
from monitor.web.routing.query import QueryParameter

OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route. `answer` is a document, or a media type.

    `scope` is the scope that a token needs, None when the route is public. `takes` is the document a request
    brings, by media type, of at most `body_bytes`. `in_path` describes the variables of `path`; `errors` are
    statuses of its own, beside those that any route may have.
    """

    method: str
    path: str
    scope: Scope | None
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    summary: str
    answer: type[Struct] | str
    status: int = 200
    takes: Mapping[str, type[Struct]] = field(default_factory=dict)
    body_bytes: int = MAX_BODY_BYTES
    parameters: tuple[QueryParameter, ...] = ()
    in_path: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[int, ...] = ()


def route_name(request: web.Request) -> str:
    """Return method and path as the route table has them, never as the peer wrote them."""
    method = request.method if request.method in hdrs.METH_ALL else OTHER
    return f"{method} {path_name(request)}"


def path_name(request: web.Request) -> str:
    """Return the path as the route table has it, `other` for an unknown path."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else OTHER
