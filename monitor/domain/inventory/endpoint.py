"""The URL a terminal is polled at."""

import re
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PLAIN = re.compile(
    rf"http(s?)://({_OCTET}(?:\.{_OCTET}){{3}})(?::([1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}))?(/[A-Za-z0-9/._-]*)?"
)
"""Most endpoints of most fleets; of them there is nothing to be found out."""


class BadEndpoint(ValueError):
    """The text is not an endpoint posmon can poll; `str()` is a short phrase that quotes nothing."""


class Endpoint(NamedTuple):
    """The address and the request target of a terminal.

    `host` is an IP address in its canonical form (`is_address`) or a lower-case ASCII name without
    the final dot; `target` is the request target in origin form (RFC 9112 section 3.2.1).
    """

    secure: bool
    host: str
    port: int
    target: str
    is_address: bool

    @property
    def authority(self) -> str:
        """The value of the field `Host` (RFC 9110 section 7.2): the default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = _DEFAULT_PORTS["https" if self.secure else "http"]
        return host if self.port == default else f"{host}:{self.port}"


def parse_endpoint(url: str) -> Endpoint:
    """Return the parts of an absolute `http` or `https` URL, or raise `BadEndpoint`.

    Refused are user information (a password has no place in an inventory), fragments, and white
    space or control characters anywhere. Characters beyond ASCII are percent-encoded in the path and
    query, and become IDNA in the name.
    """
    if plain := _PLAIN.fullmatch(url):
        secure, host, port, target = plain.groups()
        default = _DEFAULT_PORTS["https" if secure else "http"]
        return Endpoint(
            secure=bool(secure),
            host=host,
            port=int(port) if port else default,
            target=target or "/",
            is_address=True,
        )
    return _parse(url)


def authority_of(url: str) -> str:
    """Return host and port of an endpoint, "" when there is none or it is bad.

    No other part may be shown: a path or a query may hold a secret.
    """
    try:
        return parse_endpoint(url).authority if url else ""
    except BadEndpoint:
        return ""


def host_and_port(url: str) -> tuple[str, int | None, bool]:
    """Return host, port and whether the host is an address, of a URL that names nothing else.

    The host is as in Endpoint. Raises BadEndpoint, also for a path or a query.
    """
    parts, port = _split(url)
    if parts.path not in ("", "/") or parts.query:
        raise BadEndpoint("has a path, and takes none")
    host, is_address = _host(parts)
    return host, port, is_address


def _split(url: str) -> tuple[SplitResult, int | None]:
    if _UNSAFE.search(url):
        raise BadEndpoint("contains a space, backslash or control character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadEndpoint("not a URL") from None
    if ("[" in parts.netloc) != (":" in (parts.hostname or "")):
        raise BadEndpoint("not a URL")
    if "@" in parts.netloc:
        raise BadEndpoint("contains user information")
    if "#" in url:
        raise BadEndpoint("contains a fragment")
    if port == 0:
        raise BadEndpoint("port 0")
    return parts, port


def _parse(url: str) -> Endpoint:
    parts, port = _split(url)
    if parts.scheme not in _DEFAULT_PORTS:
        raise BadEndpoint("neither http nor https")
    host, is_address = _host(parts)
    query = f"?{parts.query}" if parts.query else ""
    return Endpoint(
        secure=parts.scheme == "https",
        host=host,
        port=port or _DEFAULT_PORTS[parts.scheme],
        target=quote(parts.path or "/", safe=_VISIBLE) + quote(query, safe=_VISIBLE),
        is_address=is_address,
    )


def _host(parts: SplitResult) -> tuple[str, bool]:
    try:
        host = (parts.hostname or "").removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadEndpoint("not a host name") from None
    if not host:
        raise BadEndpoint("no host")
    # A zone (RFC 6874) only means something for link-local addresses, which are never polled.
    if "%" not in host:
        try:
            return str(ip_address(host)), True
        except ValueError:
            if _NAME.fullmatch(host):
                return host, False
    raise BadEndpoint("not a host name")
