from structlog.testing import capture_logs

from monitor.domain.access.tokens import Scope
from monitor.web.access.audit import log_audit
from tests.unit.web.routing.routed import resolved, route

ROUTES = (route("GET", "/terminals/{terminal_id}", Scope.READ),)


async def test_an_entry_says_who_what_and_how_it_ended() -> None:
    """The path is that of the route table, so that no entry holds what a peer wrote."""
    request = await resolved(ROUTES, "GET", "/terminals/4111111111111111")
    with capture_logs() as lines:
        log_audit("audit.forbidden", request, who="token 1", outcome="refused", needed="operate")
    (line,) = lines
    assert line.pop("address") in {"", "127.0.0.1"}
    assert line == {
        "event": "audit.forbidden",
        "log_level": "warning",
        "who": "token 1",
        "what": "GET /terminals/{terminal_id}",
        "outcome": "refused",
        "needed": "operate",
    }
