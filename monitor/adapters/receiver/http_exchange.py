"""Posting JSON to a receiver."""

import asyncio
import ssl
from collections.abc import Mapping
from math import inf
from typing import Self

import aiohttp
from yarl import URL

from monitor.adapters.receiver.availability import Availability
from monitor.adapters.receiver.http_session import TOTAL_TIMEOUT_S, reason_of, receiver_session
from monitor.ports.alert_sink import Delivery

MAX_RETRY_AFTER_S = 300.0
"""However long an overloaded receiver asks to be left alone, it is asked again after this."""

_ANSWER_BYTES = 4096
"""Receivers answer with nothing, or with one phrase that posmon does not use."""

_FOR_WHAT_IT_SAYS = frozenset({400, 413, 422})
"""Refusals that a smaller batch may escape. Other 4xx speak of the address or the credentials."""

_OVERLOADED = frozenset({429, 503})
_SUCCESS = range(200, 300)
_MULTI_STATUS = 207
_A_WEB_PAGE = "a web page instead of an answer; is the address right?"


class HttpExchange:
    """Posts to one URL; an async context manager that owns its connections.

    `tls` replaces the system's trust store. Redirects, proxies and cookies are ignored. An exchange takes at
    most `total_timeout_s`. A receiver that is overloaded (429, 503) is left alone for as many seconds as it
    says (Retry-After, RFC 9110, 10.2.3). `availability` notes the outcome of each exchange. Of a receiver
    that never `answers_pages` HTML is no success: a proxy or a portal answers in its place.
    """

    def __init__(
        self,
        *,
        url: URL,
        headers: Mapping[str, str],
        availability: Availability,
        tls: ssl.SSLContext | None = None,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
        answers_pages: bool = True,
    ) -> None:
        self._url = url
        self._answers_pages = answers_pages
        self._headers = {"Content-Type": "application/json"} | dict(headers)
        self._availability = availability
        self._tls = tls
        self._total_timeout_s = total_timeout_s
        self._session: aiohttp.ClientSession | None = None
        self._not_before = -inf

    async def __aenter__(self) -> Self:
        self._session = receiver_session(
            headers=self._headers, tls=self._tls, total_timeout_s=self._total_timeout_s
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, body: bytes) -> Delivery:
        """Deliver `body`.

        2xx is SENT, but 207 is PARTIAL; REJECTED is for what `body` says (400, 413, 422); all else is RETRY.
        """
        if asyncio.get_running_loop().time() < self._not_before:
            return Delivery.RETRY
        try:
            status, is_page = await self._answer_to(body)
        except (aiohttp.ClientError, OSError) as error:
            return self._availability.failed(reason_of(error))
        return self._delivery_of(status, is_page=is_page)

    def _delivery_of(self, status: int, *, is_page: bool) -> Delivery:
        if status == _MULTI_STATUS:
            return self._availability.partly("status 207: only a part of it was taken")
        if status in _SUCCESS and is_page and not self._answers_pages:
            return self._availability.failed(_A_WEB_PAGE)
        if status in _SUCCESS:
            return self._availability.answered(Delivery.SENT)
        if status in _FOR_WHAT_IT_SAYS:
            return self._availability.answered(Delivery.REJECTED)
        return self._availability.failed(f"status {status}")

    async def _answer_to(self, body: bytes) -> tuple[int, bool]:
        """Return the status, and whether a web page came with it."""
        if self._session is None:
            raise RuntimeError("an HttpExchange is entered before it posts")
        async with self._session.post(self._url, data=body, allow_redirects=False) as response:
            await response.content.read(_ANSWER_BYTES)
            if response.status in _OVERLOADED:
                self._not_before = asyncio.get_running_loop().time() + retry_after_s(
                    response.headers.get("Retry-After", "")
                )
            return response.status, response.content_type == "text/html"


def retry_after_s(field: str) -> float:
    """Return how many seconds a Retry-After asks for, at most the longest; 0 for a date: clocks differ."""
    said = field.strip()
    is_number = said.isascii() and said.isdigit()
    return min(float(said[:10]), MAX_RETRY_AFTER_S) if is_number else 0.0
