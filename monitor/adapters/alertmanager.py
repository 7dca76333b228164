"""Alertmanager as a receiver of alerts (its HTTP API, version 2)."""

import asyncio
import ssl
from collections.abc import Sequence
from math import inf
from types import TracebackType
from typing import Self

import aiohttp
import msgspec
import structlog
from yarl import URL

from monitor.domain.instant import rfc3339
from monitor.domain.notice import Notice
from monitor.ports.alert_sink import Delivery

CONNECT_TIMEOUT_S = 3.0
TOTAL_TIMEOUT_S = 10.0
_ANSWER_BYTES = 4096
"""Alertmanager answers with nothing, or with one phrase that nobody here reads."""

_FOR_WHAT_IT_SAYS = frozenset({400, 413, 422})
"""Refusals that a smaller batch may escape. Other 4xx speak of the address or the credentials."""

_OVERLOADED = frozenset({429, 503})
MAX_RETRY_AFTER_S = 300.0
"""However long an overloaded receiver asks to be left alone, it is asked again after this."""

_SUCCESS = range(200, 300)
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientConnectorError, "refused"),
)

log = structlog.get_logger()


class AlertmanagerSink:
    """Posts to one Alertmanager; an async context manager that owns its connections.

    `url` is Alertmanager's own, path prefix included, user and password in it allowed. `username`
    and `password`, or `bearer_token`, override them. `tls` replaces the system's trust store.
    Redirects, proxies and cookies are ignored. An exchange takes at most `total_timeout_s`. One that is
    overloaded (429, 503) is left alone for as many seconds as it says (Retry-After, RFC 9110, 10.2.3).
    Why sending fails is logged when the reason changes, and when it works again.
    """

    def __init__(
        self,
        *,
        url: str,
        username: str = "",
        password: str = "",
        bearer_token: str = "",
        tls: ssl.SSLContext | None = None,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        address = URL(url)
        self._name = str(address.with_user(None).with_query(None).with_fragment(None))
        self._alerts_url = URL(self._name) / "api/v2/alerts"
        self._authorization = _authorization(
            username=username or address.user or "",
            password=password or address.password or "",
            bearer_token=bearer_token,
        )
        self._tls = tls
        self._timeout = aiohttp.ClientTimeout(total=total_timeout_s, connect=CONNECT_TIMEOUT_S)
        self._session: aiohttp.ClientSession | None = None
        self._failing_for = ""
        self._not_before = -inf

    @property
    def name(self) -> str:
        """The URL without user, password and query."""
        return self._name

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            # A fresh connection for each batch: a kept one may lead to an Alertmanager that is gone.
            connector=aiohttp.TCPConnector(force_close=True, ssl=self._tls or True),
            timeout=self._timeout,
            headers={"Content-Type": "application/json"} | self._authorization,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, notices: Sequence[Notice]) -> Delivery:
        """Deliver one batch. REJECTED is for what it says (400, 413, 422); all else but 2xx is RETRY."""
        try:
            body = msgspec.json.encode([_posted(notice) for notice in notices])
        except (ValueError, OverflowError):
            return self._answered(Delivery.REJECTED)
        if asyncio.get_running_loop().time() < self._not_before:
            return Delivery.RETRY
        try:
            status = await self._post(body)
        except (aiohttp.ClientError, OSError) as error:
            return self._failed(_reason(error))
        if status in _SUCCESS:
            return self._answered(Delivery.SENT)
        if status in _FOR_WHAT_IT_SAYS:
            return self._answered(Delivery.REJECTED)
        return self._failed(f"status {status}")

    async def _post(self, body: bytes) -> int:
        if self._session is None:
            raise RuntimeError("an AlertmanagerSink is entered before it sends")
        async with self._session.post(self._alerts_url, data=body, allow_redirects=False) as response:
            await response.content.read(_ANSWER_BYTES)
            if response.status in _OVERLOADED:
                self._not_before = asyncio.get_running_loop().time() + _retry_after_s(response)
            return response.status

    def _answered(self, delivery: Delivery) -> Delivery:
        if self._failing_for:
            log.info("alertmanager.available", sink=self._name)
            self._failing_for = ""
        return delivery

    def _failed(self, reason: str) -> Delivery:
        if reason != self._failing_for:
            log.warning("alertmanager.unavailable", sink=self._name, reason=reason)
            self._failing_for = reason
        return Delivery.RETRY


def _authorization(*, username: str, password: str, bearer_token: str) -> dict[str, str]:
    if bearer_token:
        return {"Authorization": f"Bearer {bearer_token}"}
    if username:
        return {"Authorization": aiohttp.encode_basic_auth(username, password, "utf-8")}
    return {}


def _retry_after_s(response: aiohttp.ClientResponse) -> float:
    """Return how many seconds to wait; 0 when it does not say, or says a date: clocks differ."""
    said = response.headers.get("Retry-After", "").strip()
    is_number = said.isascii() and said.isdigit()
    return min(float(said[:10]), MAX_RETRY_AFTER_S) if is_number else 0.0


def _reason(error: Exception) -> str:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "broken connection")


def _posted(notice: Notice) -> dict[str, object]:
    return {
        "labels": notice.labels,
        "annotations": notice.annotations,
        "startsAt": rfc3339(notice.starts_at),
        "endsAt": rfc3339(notice.ends_at),
    }
