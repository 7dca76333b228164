"""Credentials in a request: a bearer token, or the same token as a password."""

import binascii
from base64 import b64decode

from aiohttp import hdrs, web

from monitor.domain.access.tokens import Refusal

CHALLENGE = 'Basic realm="posmon", charset="UTF-8", Bearer realm="posmon"'
IN_A_URL = frozenset({"token", "access_token"})

_LONGEST = 1024


def presented(request: web.Request) -> str | Refusal:
    """Return the token in a request, or why there is none.

    Bearer (RFC 6750, section 2.1), or Basic (RFC 7617) with the token as the password of any user: browsers
    can ask a person for that.
    """
    fields = request.headers.getall(hdrs.AUTHORIZATION, [])
    if not fields:
        return Refusal.MISSING
    if len(fields) > 1 or len(fields[0]) > _LONGEST:
        return Refusal.MALFORMED
    scheme, _, credentials = fields[0].strip().partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    return _password(credentials.strip()) if scheme.lower() == "basic" else Refusal.SCHEME


def _password(credentials: str) -> str | Refusal:
    try:
        decoded = b64decode(credentials, validate=True).decode()
    except (binascii.Error, ValueError):
        return Refusal.MALFORMED
    return decoded.partition(":")[2]
