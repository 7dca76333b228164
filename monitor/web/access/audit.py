"""The record of what touches security: who, what, and how it ended.

Events `audit.*` of the log; filter by that to have the audit log. `who` is a token's id, or the
address where there is none; no event holds a secret or anything a peer wrote.
"""

import structlog
from aiohttp import web

from monitor.web.access.callers import address_of
from monitor.web.routing.route import route_name

log = structlog.get_logger()


def tell_audit(event: str, request: web.Request, *, who: str, outcome: str, **fields: object) -> None:
    """Log an event `audit.…` about a request."""
    log.warning(
        event,
        who=who,
        address=address_of(request),
        what=route_name(request),
        outcome=outcome,
        **fields,
    )
