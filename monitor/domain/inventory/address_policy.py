"""Which addresses posmon may connect to.

Many people write the inventory, and others resolve its names, so an endpoint must not lead posmon to its own
host or to a cloud's metadata service (CWE-918, server-side request forgery).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

_NOT_ALLOWED = "not in polling.allowed_networks"
_LOOPBACK, _FIRST_MULTICAST, _LINK_LOCAL = 127, 224, (169 << 8) + 254
"""First octets, and the first two (RFC 6890)."""

_THIS_NETWORK = IPv4Network("0.0.0.0/8")
_BROADCAST = IPv4Address("255.255.255.255")
_EMBEDDING_LAST = (
    IPv6Network("::/96"),  # IPv4-compatible, RFC 4291 section 2.5.5.1
    IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    IPv6Network("64:ff9b:1::/48"),  # NAT64 of one's own, RFC 8215
)
_UNSPECIFIED_AND_LOOPBACK = frozenset({IPv6Address("::"), IPv6Address("::1")})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPolicy:
    """Judges addresses by the setting `polling.allowed_networks`.

    Link-local, multicast, unspecified and broadcast addresses are always refused. With no networks
    everything else but loopback is allowed; with some, only what they contain. An IPv6 address that
    carries an IPv4 address (compatible, 6to4, Teredo, NAT64) is judged by both, an IPv4-mapped one by
    the IPv4 address alone.
    """

    allowed_networks: tuple[IpNetwork, ...] = ()

    def refusal(self, address: str) -> str | None:
        """Return None when posmon may connect to `address`, else the reason as a phrase.

        `address` is an IPv4 or IPv6 literal; anything else is refused.
        """
        try:
            outer = ip_address(address)
        except ValueError:
            return "not an IP address"
        if isinstance(outer, IPv4Address) and _is_ordinary(outer):
            is_loopback = int(outer) >> 24 == _LOOPBACK
            if self._contains(outer) or not (self.allowed_networks or is_loopback):
                return None
            return f"loopback, {_NOT_ALLOWED}" if is_loopback else _NOT_ALLOWED
        faces = tuple(_faces(outer))
        for face in faces:
            if reason := _always_refused(face):
                return reason
            if face.is_loopback and not self._contains(face):
                return f"loopback, {_NOT_ALLOWED}"
        return _NOT_ALLOWED if self.allowed_networks and not any(map(self._contains, faces)) else None

    def _contains(self, face: IpAddress) -> bool:
        for network in self.allowed_networks:  # noqa: SIM110 - any() over a generator takes twice as long
            if face.version == network.version and face in network:
                return True
        return False


def _is_ordinary(address: IPv4Address) -> bool:
    """Tell at a glance that an address is not one of those that are always refused; False says nothing."""
    number = int(address)
    return 0 < number >> 24 < _FIRST_MULTICAST and number >> 16 != _LINK_LOCAL


def _always_refused(address: IpAddress) -> str | None:
    if address.is_link_local:
        return "link-local"
    if address.is_multicast:
        return "multicast"
    if address.is_unspecified or (isinstance(address, IPv4Address) and address in _THIS_NETWORK):
        return "unspecified"
    return "broadcast" if address == _BROADCAST else None


def _faces(address: IpAddress) -> Iterable[IpAddress]:
    """Yield the addresses that packets to `address` may reach: itself and the IPv4 addresses it carries."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if isinstance(address, IPv4Address) or address in _UNSPECIFIED_AND_LOOPBACK:
        return
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if any(address in network for network in _EMBEDDING_LAST):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
