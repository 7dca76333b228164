"""Authentication and authorisation of requests."""

import math
from collections.abc import Callable

from aiohttp import web

from monitor.domain.access.rate_limit import RateLimit
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Caller, Refusal, Scope, Token, TokenRing, anybody, bearer
from monitor.ports.clock import Clock
from monitor.views.documents import Problem
from monitor.web.access.audit import log_audit
from monitor.web.access.callers import CALLER, address_of, network_of
from monitor.web.access.credentials import CHALLENGE, IN_A_URL, presented
from monitor.web.routing.problems import Handler, Refused, refused
from monitor.web.routing.route_index import RouteIndex

FAILURES_PER_S = 0.2
FAILURES_AT_ONCE = 30.0


class Authentication:
    """A middleware that finds the caller of a request and refuses what the caller may not do (401, 403).

    `tokens` returns those in force; without it every caller may do everything. A source that keeps presenting
    wrong tokens is answered 429 for a while. Its good tokens are served all the same: a neighbour behind the
    same address locks nobody out. Frequent refusals of one source are logged once.
    """

    def __init__(
        self,
        *,
        tokens: Callable[[], TokenRing] | None,
        routes: RouteIndex,
        clock: Clock,
        statistics: AccessStatistics,
    ) -> None:
        self._tokens = tokens
        self._routes = routes
        self._clock = clock
        self._statistics = statistics
        self._failures = RateLimit(per_s=FAILURES_PER_S, burst=FAILURES_AT_ONCE)

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass a request on with its caller, or refuse it."""
        if not IN_A_URL.isdisjoint(request.query):
            self._note(request, "audit.token_in_url", who=address_of(request))
            raise refused(400, "Bad Request", "A token has no place in a URL, where logs keep it; revoke it.")
        scope = self._routes.scope(request)
        if scope is None or self._tokens is None:
            request[CALLER] = anybody(address_of(request))
        else:
            request[CALLER] = self._authorized(request, scope, self._tokens())
        return await handler(request)

    def _authorized(self, request: web.Request, scope: Scope, ring: TokenRing) -> Caller:
        caller = self._authenticated(request, ring)
        if not caller.may(scope):
            self._statistics.forbidden += 1
            self._note(request, "audit.forbidden", who=caller.name, needed=scope.value)
            challenge = f'Bearer realm="posmon", error="insufficient_scope", scope="{scope.value}"'
            problem = Problem(
                title="Forbidden", status=403, detail=f"This needs a token of scope {scope.value}."
            )
            raise Refused(problem, headers={"WWW-Authenticate": challenge})
        return caller

    def _authenticated(self, request: web.Request, ring: TokenRing) -> Caller:
        text = presented(request)
        found = text if isinstance(text, Refusal) else ring.find(text, self._clock.now().wall)
        if isinstance(found, Token):
            return bearer(found, address_of(request))
        self._statistics.refusals[found] += 1
        if found is not Refusal.MISSING:
            who = network_of(address_of(request))
            wait_s = self._note(request, "audit.authentication_failed", who=who, reason=found.value)
            if wait_s:
                problem = Problem(title="Too Many Requests", status=429, detail="Too many wrong credentials.")
                raise Refused(problem, headers={"Retry-After": str(math.ceil(wait_s))})
        raise _unauthenticated(found)

    def _note(self, request: web.Request, event: str, *, who: str, **fields: str) -> float:
        """Log a failure; beyond the rate of its source, log only that there are too many.

        Returns for how many seconds the source is beyond its rate, 0 for a failure that was logged.
        """
        source, now = network_of(address_of(request)), self._clock.monotonic()
        wait_s = self._failures.wait_s(source, now)
        if not wait_s:
            self._failures.pay(source, now)
            log_audit(event, request, who=who, outcome="refused", **fields)
            return 0.0
        if self._failures.is_first_refusal(source, now):
            log_audit("audit.authentication_flood", request, who=source, outcome="limited")
        return wait_s


def _unauthenticated(why: Refusal) -> Refused:
    error = "" if why is Refusal.MISSING else ', error="invalid_token"'
    problem = Problem(title="Unauthorized", status=401, detail=_WORDS[why])
    return Refused(problem, headers={"WWW-Authenticate": CHALLENGE + error})


_WORDS = {
    Refusal.MISSING: "A token is needed: 'Authorization: Bearer TOKEN', or any user with it as password.",
    Refusal.SCHEME: "Only the schemes Bearer and Basic are taken.",
    Refusal.MALFORMED: "What was presented is not a token of posmon's form.",
    Refusal.UNKNOWN: "The token is not known.",
    Refusal.EXPIRED: "The token has expired.",
    Refusal.REVOKED: "The token has been revoked.",
}
