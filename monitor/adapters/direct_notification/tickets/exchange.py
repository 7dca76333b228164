"""Asking a system of tickets."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Any, Self

import aiohttp
import msgspec
from yarl import URL

from monitor.adapters.direct_notification.tickets.requests import FilledRequest, RequestTemplate, found_in
from monitor.adapters.direct_notification.wording import in_one_line
from monitor.adapters.receiver.http_exchange import retry_after_s
from monitor.adapters.receiver.http_session import TOTAL_TIMEOUT_S, reason_of, receiver_session
from monitor.domain.notification.template import Values

_LARGEST_ANSWER = 1024 * 1024
_LONGEST_SAID = 200
_SUCCESS = range(200, 300)
_REFUSALS = frozenset({400, 405, 406, 409, 410, 411, 413, 415, 422})
"""What another attempt with the same words does not change."""

_GONE = frozenset({404, 410})
_UNAUTHORISED = 401
_FORBIDDEN = 403
_NOT_DONE = frozenset({401, 403, 404, 429, 503})
_OVERLOADED = frozenset({429, 503})
_A_WEB_PAGE = "a web page instead of an answer; is the address right, and the login?"
_SAID_AT = ("error.message", "errorMessages[0]", "errors.*|[0]", "message", "error", "[1]", "[0]")
"""Where systems say in words what is wrong."""


class TicketOutcome(StrEnum):
    """What came of a request."""

    DONE = "done"
    REFUSED = "refused"
    """The system does not do that, however often it is asked."""
    FORBIDDEN = "forbidden"
    GONE = "gone"
    """There is nothing at that address."""
    NOT_DONE = "not_done"
    """It has certainly not been done; it may be later."""
    UNKNOWN = "unknown"
    """It may have been done: the answer is missing, or says that something broke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswer:
    """What a system answered: `reason` says what is wrong, without secrets, "" for nothing."""

    outcome: TicketOutcome
    reason: str = ""
    document: Any = None
    location: str = ""
    is_away: bool = False
    """Whether asking for anything else is as useless now."""


class TicketExchange:
    """An async context manager around the requests to one system at `url`.

    Redirects, proxies and cookies are ignored; a request takes at most `total_timeout_s`. `session` is the
    request that gives a token, whose place in other requests is `{{ session }}`; a token that is refused is
    asked for anew, once for each request. A system that is overloaded is left alone for as long as it says.
    """

    def __init__(
        self,
        *,
        url: str,
        headers: Mapping[str, str],
        session: RequestTemplate | None = None,
        tls: ssl.SSLContext | None = None,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self._url = url
        self._headers = {"Accept": "application/json"} | dict(headers)
        self._session = session
        self._token = ""
        self._tls = tls
        self._total_timeout_s = total_timeout_s
        self._client: aiohttp.ClientSession | None = None
        self._not_before = -inf

    async def __aenter__(self) -> Self:
        self._client = receiver_session(headers={}, tls=self._tls, total_timeout_s=self._total_timeout_s)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def ask(self, request: RequestTemplate, values: Values) -> TicketAnswer:
        """Send one request; what goes wrong is in the answer."""
        if asyncio.get_running_loop().time() < self._not_before:
            return TicketAnswer(
                outcome=TicketOutcome.NOT_DONE, reason="it asked to be left alone", is_away=True
            )
        if self._session is None:
            return await self._send(request, values)
        answer = await self._in_session(request, values)
        if answer.outcome is TicketOutcome.NOT_DONE and answer.reason.startswith(f"status {_UNAUTHORISED}"):
            self._token = ""
            answer = await self._in_session(request, values)
        return answer

    async def _in_session(self, request: RequestTemplate, values: Values) -> TicketAnswer:
        if not self._token and self._session is not None:
            begun = await self._send(self._session, values)
            if begun.outcome is not TicketOutcome.DONE:
                reason = f"no session: {begun.reason}"
                return TicketAnswer(outcome=TicketOutcome.NOT_DONE, reason=reason, is_away=True)
            self._token = str(found_in(self._session.document_id, begun.document))
            if not self._token:
                reason = "no session: the answer has no token where the setting says"
                return TicketAnswer(outcome=TicketOutcome.NOT_DONE, reason=reason, is_away=True)
        return await self._send(request, {**values, "session": self._token})

    async def _send(self, request: RequestTemplate, values: Values) -> TicketAnswer:
        if self._client is None:
            raise RuntimeError("a TicketExchange is entered before it asks")
        try:
            filled = request.filled(values, self._headers)
        except (ValueError, OverflowError):
            return TicketAnswer(outcome=TicketOutcome.REFUSED, reason="a value cannot be written as JSON")
        try:
            return await self._exchange(self._client, filled)
        except aiohttp.ClientConnectorError as error:
            return TicketAnswer(outcome=TicketOutcome.NOT_DONE, reason=reason_of(error), is_away=True)
        except (aiohttp.ClientError, OSError) as error:
            return TicketAnswer(outcome=TicketOutcome.UNKNOWN, reason=reason_of(error), is_away=True)

    async def _exchange(self, client: aiohttp.ClientSession, filled: FilledRequest) -> TicketAnswer:
        url = URL(self._url.rstrip("/") + filled.target, encoded=True)
        async with client.request(
            filled.method, url, data=filled.body, headers=filled.headers, allow_redirects=False
        ) as response:
            body = await _read(response)
            if response.status in _OVERLOADED:
                self._not_before = asyncio.get_running_loop().time() + retry_after_s(
                    response.headers.get("Retry-After", "")
                )
            if response.status in _SUCCESS and response.content_type == "text/html":
                return TicketAnswer(outcome=TicketOutcome.NOT_DONE, reason=_A_WEB_PAGE, is_away=True)
            document = _document(body)
            outcome = _outcome_of(response.status)
            said = self._said(document, filled) if outcome is not TicketOutcome.DONE else ""
            return TicketAnswer(
                outcome=outcome,
                reason="" if outcome is TicketOutcome.DONE else f"status {response.status}{said}",
                document=document,
                location=response.headers.get("Location", ""),
                is_away=response.status in _OVERLOADED or response.status == _UNAUTHORISED,
            )

    def _said(self, document: object, filled: FilledRequest) -> str:
        """Return what the system says is wrong; what a secret header field holds is blotted out."""
        said = next((str(found) for at in _SAID_AT if (found := found_in(at, document))), "")
        for value in (*filled.headers.values(), self._token):
            for part in {value, *value.split()} if len(value) >= len("secret") else ():
                said = said.replace(part, "…") if len(part) >= len("secret") else said
        return f": {in_one_line(said)[:_LONGEST_SAID]}" if said else ""


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the body; of one that is too large, what is certainly no JSON."""
    parts, length = [], 0
    async for part in response.content.iter_chunked(65536):
        parts.append(part)
        length += len(part)
        if length > _LARGEST_ANSWER:
            return b""
    return b"".join(parts)


def _document(body: bytes) -> object:
    try:
        return msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _outcome_of(status: int) -> TicketOutcome:
    if status in _SUCCESS:
        return TicketOutcome.DONE
    if status in _GONE:
        return TicketOutcome.GONE
    if status == _FORBIDDEN:
        return TicketOutcome.FORBIDDEN
    if status in _REFUSALS:
        return TicketOutcome.REFUSED
    return TicketOutcome.NOT_DONE if status in _NOT_DONE or status < 500 else TicketOutcome.UNKNOWN  # noqa: PLR2004
