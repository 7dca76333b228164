from dataclasses import replace
from http import HTTPStatus

import pytest

from monitor.domain.access.tokens import Scope
from monitor.views.documents import ReloadDocument
from monitor.web.routing.openapi import JSON, openapi_document
from monitor.web.routing.query import QueryParameter
from tests.unit.web.routing.routed import route

PUBLIC = route("GET", "/-/healthy", None)
READ = replace(
    route("GET", "/api/v1/terminals/{terminal_id}", Scope.READ),
    answer=ReloadDocument,
    in_path={"terminal_id": "A terminal."},
)


def test_each_route_is_described_under_its_path_and_method() -> None:
    """Two methods of one path stand together."""
    described = openapi_document([PUBLIC, route("POST", "/-/healthy", Scope.OPERATE), READ])
    assert described["openapi"] == "3.1.0"
    assert set(described["paths"]) == {"/-/healthy", "/api/v1/terminals/{terminal_id}"}
    assert set(described["paths"]["/-/healthy"]) == {"get", "post"}


def test_a_public_route_needs_no_token_and_has_no_error_of_tokens() -> None:
    """A route with a scope names it, with both schemes."""
    paths = openapi_document([PUBLIC, READ])["paths"]
    public, scoped = paths["/-/healthy"]["get"], paths["/api/v1/terminals/{terminal_id}"]["get"]
    assert public["security"] == []
    assert scoped["security"] == [{"bearer": ["read"]}, {"basic": ["read"]}]
    assert set(public["responses"]) == {"200", "421", "500"}
    assert set(scoped["responses"]) == {"200", "401", "403", "404", "421", "429", "500"}


def test_a_document_is_described_once_and_referred_to() -> None:
    """A media type is described as text."""
    described = openapi_document([PUBLIC, READ])
    answer = described["paths"]["/api/v1/terminals/{terminal_id}"]["get"]["responses"]["200"]
    assert answer["description"] == HTTPStatus(200).phrase
    assert answer["content"][JSON]["schema"] == {"$ref": "#/components/schemas/ReloadDocument"}
    assert {"ReloadDocument", "Problem"} <= set(described["components"]["schemas"])
    plain = described["paths"]["/-/healthy"]["get"]["responses"]["200"]["content"]
    assert plain == {"text/plain": {"schema": {"type": "string"}}}


@pytest.mark.parametrize("many", [False, True])
def test_parameters_stand_with_their_type(many: bool) -> None:
    """One that may be repeated is an array; an enumeration is described in place."""
    asked = QueryParameter(name="scope", kind=Scope, description="A scope.", many=many)
    row = replace(READ, parameters=(asked,))
    in_path, in_query = openapi_document([row])["paths"][row.path]["get"]["parameters"]
    assert (in_path["in"], in_path["name"], in_path["required"]) == ("path", "terminal_id", True)
    assert (in_query["in"], in_query["name"]) == ("query", "scope")
    schema = in_query["schema"]["items"] if many else in_query["schema"]
    assert set(schema["enum"]) == set(Scope)


def test_the_server_is_where_the_pages_are() -> None:
    """Below the path of the external URL, or at the root."""
    assert openapi_document([PUBLIC])["servers"] == [{"url": "/"}]
    assert openapi_document([PUBLIC], "/posmon")["servers"] == [{"url": "/posmon"}]
