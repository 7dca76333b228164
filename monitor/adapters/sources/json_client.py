"""Getting JSON documents from one service over HTTP, to allowed addresses only."""

import socket
import ssl
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NamedTuple, Self

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import RATE_LIMITED, UNAUTHORIZED, RoundResult
from monitor.ports.clock import Clock

LARGEST_ANSWER = 16 * 1024 * 1024
UNAUTHORIZED_PAUSE_S = 900.0
"""A key that was refused is refused again, and some vendors lock a key after a few tries."""

RATE_LIMITED_PAUSE_S = 60.0
"""The pause after 429 without Retry-After (RFC 6585 section 4)."""

LONGEST_PAUSE_S = 3600.0
"""However long a service asks to be left alone, it is asked again after this."""

SHORTEST_SECRET = 12
_SECRET_NAMES = ("auth", "key", "token", "secret")

_CONNECT_TIMEOUT_S = 5.0
_REFUSED_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_MOVED = range(300, 400)
_REASONS: tuple[tuple[type[Exception], Outcome, str], ...] = (
    (TimeoutError, Outcome.TIMEOUT, "no answer in time"),
    (aiohttp.ClientConnectorCertificateError, Outcome.TLS, "its certificate is not trusted"),
    (aiohttp.ClientSSLError, Outcome.TLS, "handshake or record failed"),
    (aiohttp.ClientConnectorDNSError, Outcome.DNS, "its name has no allowed address"),
    (aiohttp.ClientConnectorError, Outcome.REFUSED, "no connection"),
    (aiohttp.ClientPayloadError, Outcome.PROTOCOL, "its answer is not whole"),
    (aiohttp.ClientResponseError, Outcome.PROTOCOL, "its answer is no HTTP"),
)


class JsonAnswer(NamedTuple):
    """A document, and the header fields it came with."""

    document: Any
    headers: Mapping[str, str]


class JsonClient:
    """Asks one service; an async context manager that owns its connections.

    `headers` go with every request, and may hold secrets: no result tells them, and an answer that repeats
    one is refused, since its texts are shown. Redirects, proxies and cookies are ignored. `allowed` judges
    every address, also those that names lead to.
    """

    def __init__(
        self,
        *,
        headers: Mapping[str, str],
        allowed: AddressPolicy,
        timeout_s: float,
        clock: Clock,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._secrets = secrets_in(headers)
        self._headers = {"Accept": "application/json", "User-Agent": "posmon"} | dict(headers)
        self._allowed = allowed
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, connect=_CONNECT_TIMEOUT_S)
        self._clock = clock
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(ssl=self._tls or True, resolver=_AllowedResolver(self._allowed))
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, url: URL, *, fields: Mapping[str, str] | None = None) -> JsonAnswer | RoundResult:
        """Return the document at `url`, or how asking for it failed.

        The header `fields` go with this request only, and may hold secrets as well.
        """
        return await self._ask("GET", url, None, fields or {})

    async def post(self, url: URL, document: object) -> JsonAnswer | RoundResult:
        """Post a document; return the one that answers, or how that failed."""
        return await self._ask("POST", url, document, {})

    async def _ask(
        self, method: str, url: URL, document: object, fields: Mapping[str, str]
    ) -> JsonAnswer | RoundResult:
        if self._session is None:
            raise RuntimeError("a JsonClient is entered before it asks")
        if url.host and _is_address(url.host) and (reason := self._allowed.refusal(url.host)):
            return RoundResult(Outcome.REFUSED, f"address not allowed: {reason}")
        body = None if document is None else msgspec.json.encode(document)
        content_type = {} if body is None else {"Content-Type": "application/json"}
        headers = {**content_type, **fields}
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return await self._read(response)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failure(error)

    async def _read(self, response: aiohttp.ClientResponse) -> JsonAnswer | RoundResult:
        if response.status != HTTPStatus.OK:
            return self._refusal(response)
        body = await _bounded(response)
        if body is None:
            return RoundResult(Outcome.PROTOCOL, f"its answer is larger than {LARGEST_ANSWER >> 20} MiB")
        if any(secret in body for secret in self._secrets):
            return RoundResult(Outcome.PROTOCOL, "its answer repeats the key that posmon sends")
        try:
            return JsonAnswer(msgspec.json.decode(body), response.headers)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return RoundResult(Outcome.PROTOCOL, "its answer is not JSON")

    def _refusal(self, response: aiohttp.ClientResponse) -> RoundResult:
        status = response.status
        if status in _REFUSED_KEY:
            detail = f"status {status}: it refuses the key, or what the key may do"
            return RoundResult(UNAUTHORIZED, detail, pause_s=UNAUTHORIZED_PAUSE_S)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return RoundResult(RATE_LIMITED, "status 429: too many requests", pause_s=self._pause_s(response))
        if status in _MOVED:
            return RoundResult(Outcome.REDIRECT, f"status {status}: redirects are not followed")
        pause_s = self._pause_s(response) if "Retry-After" in response.headers else 0.0
        return RoundResult(Outcome.HTTP_STATUS, f"status {status}", pause_s=pause_s)

    def _pause_s(self, response: aiohttp.ClientResponse) -> float:
        return pause_asked_for(response.headers, self._clock.now().wall)


def secrets_in(headers: Mapping[str, str]) -> tuple[bytes, ...]:
    """Return what of these header fields no answer may repeat: the key itself, without `Bearer` before it.

    A field's name tells that it holds one. What is shorter than SHORTEST_SECRET may stand there by chance.
    """
    words = (
        value.split()[-1]
        for name, value in headers.items()
        if value.strip() and any(part in name.lower() for part in _SECRET_NAMES)
    )
    return tuple(word.encode() for word in words if len(word) >= SHORTEST_SECRET)


def pause_asked_for(headers: Mapping[str, str], wall: float) -> float:
    """Return the seconds that Retry-After asks for (RFC 9110 section 10.2.3): seconds, or a date.

    `wall` is the present, in unix seconds.
    """
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:10]), LONGEST_PAUSE_S)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return RATE_LIMITED_PAUSE_S
    return min(max(at.replace(tzinfo=at.tzinfo or UTC).timestamp() - wall, 0.0), LONGEST_PAUSE_S)


async def _bounded(response: aiohttp.ClientResponse) -> bytes | None:
    """Return the body, None when it is too large."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > LARGEST_ANSWER:
            return None
        parts.append(part)
    return b"".join(parts)


def _failure(error: Exception) -> RoundResult:
    for kind, outcome, detail in _REASONS:
        if isinstance(error, kind):
            return RoundResult(outcome, detail)
    return RoundResult(Outcome.RESET, "broken connection")


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False


class _AllowedResolver(AbstractResolver):
    """Resolves names to those of their addresses that the policy allows."""

    def __init__(self, allowed: AddressPolicy) -> None:
        self._allowed = allowed
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the allowed addresses; raises OSError when there is none."""
        found = await self._inner.resolve(host, port, family)
        allowed = [one for one in found if self._allowed.refusal(one["host"]) is None]
        if not allowed:
            raise OSError(None, "no allowed address")
        return allowed

    async def close(self) -> None:
        """Release nothing: there is nothing."""
        await self._inner.close()
