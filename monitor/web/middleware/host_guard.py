"""What browsers must not be made to ask.

Without tokens posmon listens on loopback. A web page that somebody on the same machine looks at must
not reach it nevertheless: not by a name of the attacker's that resolves to 127.0.0.1 (DNS rebinding),
which the field Host gives away, and not by a form or script posting across sites, which Origin and
Sec-Fetch-Site give away (Fetch Metadata). Programs send neither of the two. With tokens any name will
do, since a browser has no token for the attacker's; posts across sites stay refused, since it has one
for ours.
"""

from collections.abc import Collection
from ipaddress import ip_address

from aiohttp import web
from yarl import URL

from monitor.web.routing.problems import Handler, refused

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"", "none", "same-origin"})


class HostGuard:
    """A middleware that refuses strangers' hosts (421) and other sites' writes (403).

    `own_hosts` are names and addresses that posmon goes by; they and any loopback name or address are
    its own, and with `any_host` every other too. `own_origin` is that of the address people use: a proxy may
    hand on requests with another field Host.
    """

    def __init__(self, *, own_hosts: Collection[str], any_host: bool = False, own_origin: str = "") -> None:
        self._own_hosts = frozenset({"localhost", *map(str.lower, own_hosts)})
        self._any_host = any_host
        self._own_origin = own_origin

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass a request on, or refuse it."""
        host = request.headers.get("Host", "")
        if not (self._any_host or self._is_own(host)):
            raise refused(421, "Misdirected Request", "The field Host names neither loopback nor posmon.")
        if request.method not in _SAFE_METHODS and self._comes_from_another_site(request, host):
            raise refused(403, "Forbidden", "The request comes from another site.")
        return await handler(request)

    def _comes_from_another_site(self, request: web.Request, host: str) -> bool:
        if request.headers.get("Sec-Fetch-Site", "") not in _OWN_SITES:
            return True
        origin = request.headers.get("Origin")
        if origin is None or (self._own_origin and origin.lower() == self._own_origin):
            return False
        return origin.partition("://")[2].lower() != host.lower()

    def _is_own(self, authority: str) -> bool:
        host = _host_of(authority)
        return host is not None and (host in self._own_hosts or _is_loopback(host))


def _host_of(authority: str) -> str | None:
    try:
        return (URL(f"http://{authority}").host or "").lower() or None
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
