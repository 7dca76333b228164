import pytest

from monitor.domain.access.tokens import Scope
from monitor.web.routing.problems import MAX_BODY_BYTES
from monitor.web.routing.route_index import RouteIndex
from tests.unit.web.routing.routed import resolved, route

ROUTES = (
    route("GET", "/-/healthy", None),
    route("GET", "/terminals/{terminal_id}", Scope.READ),
    route("POST", "/-/reload", Scope.OPERATE, body_bytes=7),
)
INDEX = RouteIndex(ROUTES)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/-/healthy", None),
        ("HEAD", "/-/healthy", None),
        ("GET", "/terminals/10000001", Scope.READ),
        ("POST", "/-/reload", Scope.OPERATE),
        ("GET", "/-/reload", Scope.READ),
        ("GET", "/admin", Scope.READ),
    ],
)
async def test_scope(method: str, path: str, scope: Scope | None) -> None:
    """What is not there needs the scope to read: a stranger does not learn which paths there are."""
    assert INDEX.scope(await resolved(ROUTES, method, path)) is scope


async def test_a_route_bounds_its_body() -> None:
    """What is not there has the bound of any request."""
    assert INDEX.body_bytes(await resolved(ROUTES, "POST", "/-/reload")) == 7
    assert INDEX.body_bytes(await resolved(ROUTES, "POST", "/nowhere")) == MAX_BODY_BYTES
