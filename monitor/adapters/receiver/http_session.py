"""The connections to a receiver."""

import ssl
from collections.abc import Mapping

import aiohttp

CONNECT_TIMEOUT_S = 3.0
TOTAL_TIMEOUT_S = 10.0

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientConnectorError, "refused"),
)


def receiver_session(
    *, headers: Mapping[str, str], tls: ssl.SSLContext | None, total_timeout_s: float
) -> aiohttp.ClientSession:
    """Return a session without cookies, proxies and kept connections; `tls` replaces the system's trust."""
    return aiohttp.ClientSession(
        # A fresh connection for each exchange: a kept one may lead to a receiver that is gone.
        connector=aiohttp.TCPConnector(force_close=True, ssl=tls or True),
        timeout=aiohttp.ClientTimeout(total=total_timeout_s, connect=CONNECT_TIMEOUT_S),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )


def reason_of(error: Exception) -> str:
    """Return a word or two for an exchange that failed, without secrets."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "broken connection")
