"""The caller of a request."""

from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web

from monitor.domain.access.tokens import Caller

CALLER = web.RequestKey("caller", Caller)
_IPV6_NETWORK_BITS = 64


def caller_of(request: web.Request) -> Caller:
    """Return the caller; every request that passed authentication has one."""
    return request[CALLER]


def address_of(request: web.Request) -> str:
    """Return the peer's address, never what a header claims; "" when it is gone."""
    return request.remote or ""


def network_of(address: str) -> str:
    """Return the key of a source: an IPv4 address, or the IPv6 network that one customer has."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address) or found.is_loopback:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _IPV6_NETWORK_BITS), strict=False))
