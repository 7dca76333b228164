import pytest

from monitor.domain.access.tokens import Scope
from monitor.web.routing.route import path_name, route_name
from tests.unit.web.routing.routed import resolved, route

ROUTES = (route("GET", "/terminals/{terminal_id}", Scope.READ),)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/terminals/4111111111111111", "GET /terminals/{terminal_id}"),
        ("GET", "/secret/path", "GET other"),
        ("HACK", "/terminals/1", "other other"),
    ],
)
async def test_a_request_is_named_by_the_table_alone(method: str, path: str, name: str) -> None:
    """Neither path nor method appears as the peer wrote it: logs and metrics hold no word of a stranger."""
    request = await resolved(ROUTES, method, path)
    assert route_name(request) == name
    assert path_name(request) == name.split()[1]
