"""The audit log: who did what to security, and how it ended.

Its events are called `audit.*`. `who` is a token's id, or the address where no token is in use. No event
holds a secret or any text that a peer wrote.
"""

import structlog
from aiohttp import web

from monitor.web.access.callers import address_of
from monitor.web.routing.route import route_name

log = structlog.get_logger()


def log_audit(event: str, request: web.Request, *, who: str, outcome: str, **fields: object) -> None:
    """Log an event `audit.…` about a request."""
    log.warning(
        event,
        who=who,
        address=address_of(request),
        what=route_name(request),
        outcome=outcome,
        **fields,
    )
