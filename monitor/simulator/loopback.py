"""Where a simulated fleet may listen: on this machine and nowhere else."""

import re
from ipaddress import ip_address
from typing import NamedTuple

_FORM = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:]+)):(?P<port>[0-9]{1,5})")
_HIGHEST_PORT = 65_535


class LoopbackAddress(NamedTuple):
    """A loopback IP address and a port; port 0 takes a free one."""

    host: str
    port: int


def read_address(written: str) -> LoopbackAddress:
    """Return the address of `127.0.0.1:8080`, `[::1]:0` or `localhost:0`.

    Raises ValueError with the reason; any other interface is refused.
    """
    match = _FORM.fullmatch(written)
    if match is None or int(match["port"]) > _HIGHEST_PORT:
        raise ValueError("write a loopback address and a port, such as 127.0.0.1:8080")
    host = match["six"] or match["name"]
    if host == "localhost":
        host = "127.0.0.1"
    refuse_beyond_loopback(host)
    return LoopbackAddress(host, int(match["port"]))


def refuse_beyond_loopback(host: str) -> None:
    """Raise ValueError unless `host` is a loopback IP address."""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        raise ValueError("not an IP address, and names are not looked up here") from None
    if not is_loopback:
        raise ValueError("not loopback: simulated terminals answer on this machine only")
