"""Header fields that restrict what browsers do with a response."""

from types import MappingProxyType

from aiohttp import web

_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

SECURITY_HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # With `no-referrer` the forms of the pages would have `Origin: null`, which HostGuard refuses.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Server": "posmon",
    }
)


async def add_security_headers(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Add them; a signal handler for `on_response_prepare`. Nothing is cached unless it says so."""
    response.headers.update(SECURITY_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
