"""The API's description, made from the route table and the documents' types (OpenAPI 3.1)."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

import monitor
from monitor.views.documents import Problem
from monitor.web.routing.problems import CONTENT_TYPE as PROBLEM_TYPE
from monitor.web.routing.query import QueryParameter, read_query
from monitor.web.routing.route import Route

JSON = "application/json"
ANY_ROUTE = (421, 500)
"""Statuses that any route may answer with."""

SCOPED_ROUTE = (401, 403, 429)
"""Statuses of any route that needs a token, where tokens are in use."""

SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of posmon's."},
    "basic": {"type": "http", "scheme": "basic", "description": "Any user's name, a token as the password."},
}
"""Both are asked for only where `web.tokens_file` is set."""

_REF = "#/components/schemas/{name}"


class Description:
    """Answers with the description of the routes, of which its own is one."""

    def __init__(self, root: str = "") -> None:
        self._root = root
        self._body = b""

    def describe(self, routes: Iterable[Route]) -> None:
        """Make the description, once all routes are known."""
        self._body = msgspec.json.encode(openapi_document(routes, self._root))

    async def get(self, request: web.Request) -> web.Response:
        """Answer with it."""
        read_query(request.query, ())
        return web.Response(body=self._body, content_type=JSON)


def openapi_document(routes: Iterable[Route], root: str = "") -> dict[str, Any]:
    """Return the description of `routes` as JSON values."""
    table = tuple(routes)
    documents = [route.answer for route in table if not isinstance(route.answer, str)]
    documents += [document for route in table for document in route.takes.values()]
    schemas, components = msgspec.json.schema_components([*documents, Problem], ref_template=_REF)
    named: dict[type[Struct], dict[str, Any]] = dict(zip([*documents, Problem], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "posmon",
            "version": monitor.__version__,
            "description": "Health of a fleet of payment terminals. Errors are RFC 9457 problem documents.",
        },
        "servers": [{"url": root or "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": SECURITY_SCHEMES},
    }


def _operation(route: Route, schemas: dict[type[Struct], dict[str, Any]]) -> dict[str, Any]:
    errors = {*route.errors, *((404,) if route.in_path else ()), *ANY_ROUTE}
    errors |= set(() if route.scope is None else SCOPED_ROUTE)
    brings = {"requestBody": _request_body(route, schemas)} if route.takes else {}
    return {
        "operationId": f"{route.method.lower()}{route.path}",
        "summary": route.summary,
        "security": [] if route.scope is None else [{name: [route.scope.value]} for name in SECURITY_SCHEMES],
        **brings,
        "parameters": [
            *map(_in_path, route.in_path.items()),
            *map(_in_query, route.parameters),
        ],
        "responses": {
            str(route.status): {
                "description": HTTPStatus(route.status).phrase,
                "content": _content(route.answer, schemas),
            },
            **{str(status): _problem(status, schemas) for status in sorted(errors)},
        },
    }


def _request_body(route: Route, schemas: dict[type[Struct], dict[str, Any]]) -> dict[str, Any]:
    content = {kind: {"schema": schemas[document]} for kind, document in route.takes.items()}
    return {"required": True, "content": content}


def _content(answer: type[Struct] | str, schemas: dict[type[Struct], dict[str, Any]]) -> dict[str, Any]:
    if isinstance(answer, str):
        return {answer: {"schema": {"type": "object" if answer == JSON else "string"}}}
    return {JSON: {"schema": schemas[answer]}}


def _problem(status: int, schemas: dict[type[Struct], dict[str, Any]]) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM_TYPE: {"schema": schemas[Problem]}},
    }


def _in_path(variable: tuple[str, str]) -> dict[str, Any]:
    name, description = variable
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }


def _in_query(parameter: QueryParameter) -> dict[str, Any]:
    schema = msgspec.json.schema(parameter.kind)
    # An enum is described by reference; here it stands on its own.
    if "$ref" in schema:
        (schema,) = schema["$defs"].values()
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.needed,
        "description": parameter.description,
        "schema": {"type": "array", "items": schema} if parameter.many else schema,
    }
