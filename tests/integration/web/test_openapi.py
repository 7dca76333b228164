import re
from collections.abc import Iterator
from typing import Any

import msgspec

from monitor.views.documents import TerminalDetail
from monitor.web import Admission, create_web
from tests.fleets import make_fleet
from tests.integration.web.site import ScriptedReload, serving


async def described() -> dict[str, Any]:
    """Return the description as it is served."""
    async with serving(make_fleet(1)) as site:
        document: dict[str, Any] = await site.decoded("/api/v1/openapi.json", dict[str, Any])
        return document


async def test_every_route_is_described_and_every_description_is_a_route() -> None:
    """The document and the router know the same methods and paths."""
    living = make_fleet(1)
    app = create_web(
        read_model=living.read_model,
        store=living.store,
        reload=ScriptedReload(),
        per_terminal="all",
        admission=Admission(statistics=living.access, listen_host="127.0.0.1"),
    )
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    paths = (await described())["paths"]
    assert served == {(method.upper(), path) for path, methods in paths.items() for method in methods}


async def test_the_promised_routes_are_there() -> None:
    """Every read route of the contract is served."""
    paths = (await described())["paths"]
    assert paths.keys() >= {
        "/",
        "/metrics",
        "/-/healthy",
        "/-/ready",
        "/-/reload",
        "/api/v1/status",
        "/api/v1/terminals",
        "/api/v1/terminals/{terminal_id}",
        "/api/v1/alerts",
        "/api/v1/openapi.json",
    }


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


async def test_the_document_is_whole() -> None:
    """It says which version it follows, every reference leads somewhere, every variable is described."""
    document = await described()
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]
    assert {reference.rpartition("/")[2] for reference in _references(document)} == schemas.keys()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            in_path = [item["name"] for item in operation["parameters"] if item["in"] == "path"]
            assert in_path == re.findall(r"{(\w+)}", path)
            assert operation["summary"]


async def test_schemas_are_those_of_the_documents() -> None:
    """What the document promises of a terminal are the fields that are sent."""
    schemas = (await described())["components"]["schemas"]
    assert [*schemas["TerminalDetail"]["properties"]] == [*TerminalDetail.__struct_fields__]
    assert schemas["Health"]["enum"] == ["critical", "ok", "unknown", "warning"]
    assert msgspec.json.encode(schemas)
