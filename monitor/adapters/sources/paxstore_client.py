"""Signed requests to PAXSTORE's interface for other systems (PAXSTORE Open API, version 10.2, "README").

The service answers most errors with HTTP 200 and a business code that is not 0.
"""

import hashlib
import hmac
from math import inf
from urllib.parse import quote_plus

from yarl import URL

from monitor.adapters.sources.call_budget import CallBudget
from monitor.adapters.sources.json_client import (
    RATE_LIMITED_PAUSE_S,
    JsonAnswer,
    JsonClient,
    pause_asked_for,
)
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import RATE_LIMITED, UNAUTHORIZED, RoundResult
from monitor.ports.clock import Clock

CALLS = 2500
WINDOW_S = 600.0
"""PAXSTORE allows a key 3000 calls in ten minutes; posmon leaves a sixth of them to others."""

_REFUSES_THE_KEY = frozenset({102, 103, 104, 105, 129, 131})
_TOO_MANY = 429
_LARGEST_CODE = 999_999


def signature_of(query: str, secret: str) -> str:
    """Return the upper-case hexadecimal HMAC-SHA256 (RFC 2104) of a query, exactly as it is sent."""
    return hmac.new(secret.encode(), query.encode(), hashlib.sha256).hexdigest().upper()


class PaxstoreClient:
    """Asks PAXSTORE with a key's name and its secret, within the budget of calls.

    The key's name and the time (unix milliseconds) end the query; the secret signs it and is never sent.
    """

    def __init__(
        self, *, client: JsonClient, key: str, secret: str, clock: Clock, budget: CallBudget | None = None
    ) -> None:
        self._client = client
        self._key = key
        self._secret = secret
        self._clock = clock
        self.budget = budget or CallBudget(calls=CALLS, window_s=WINDOW_S, clock=clock)

    async def get(self, url: URL) -> JsonAnswer | RoundResult:
        """Return the document at `url`, or how asking for it failed.

        A refused key gives an infinite pause: PAXSTORE locks a key out for half an hour after twenty of them.
        """
        wait_s = self.budget.wait_s()
        if wait_s:
            return RoundResult(RATE_LIMITED, "the calls of this key are used up", pause_s=wait_s)
        self.budget.spend()
        query = "&".join(filter(None, (url.raw_query_string, self._credentials())))
        signed = URL(f"{url.with_query(None)}?{query}", encoded=True)
        answer = await self._client.get(signed, fields={"signature": signature_of(query, self._secret)})
        if isinstance(answer, RoundResult):
            return answer._replace(pause_s=inf) if answer.result == UNAUTHORIZED else answer
        self.budget.heed(answer.headers)
        return self._judged(answer)

    def _credentials(self) -> str:
        return f"sysKey={quote_plus(self._key)}&timestamp={int(self._clock.now().wall * 1000)}"

    def _judged(self, answer: JsonAnswer) -> JsonAnswer | RoundResult:
        code = answer.document.get("businessCode") if type(answer.document) is dict else None
        if type(code) is not int or not 0 <= code <= _LARGEST_CODE:
            return RoundResult(Outcome.PROTOCOL, "its answer has no business code")
        if code == 0:
            return answer
        if code in _REFUSES_THE_KEY:
            detail = f"business code {code}: it refuses the key, the secret, this address or this clock"
            return RoundResult(UNAUTHORIZED, detail, pause_s=inf)
        if code == _TOO_MANY:
            pause_s = self._pause_s(answer)
            return RoundResult(RATE_LIMITED, f"business code {code}: too many requests", pause_s=pause_s)
        return RoundResult(Outcome.HTTP_STATUS, f"business code {code}")

    def _pause_s(self, answer: JsonAnswer) -> float:
        if "Retry-After" in answer.headers:
            return pause_asked_for(answer.headers, self._clock.now().wall)
        return self.budget.wait_s() or RATE_LIMITED_PAUSE_S
