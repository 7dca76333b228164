"""How an inventory's `endpoint` says in which way a terminal is observed: by its scheme.

A new way of observing is a row in SCHEMES and a collector of the same scheme.
"""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from monitor.domain.inventory.endpoint import BadEndpoint, Endpoint, host_and_port, parse_endpoint
from monitor.domain.inventory.terminal import PUSH_ENDPOINT

ZVT_PORT = 20007
"""ZVT over TCP (PA00P016, Transport protocol, section TCP/IP)."""

RAW_PRINT_PORT = 9100
"""Raw printing, as receipt printers with ESC/POS use it."""

NEXO_PORT = 8443
"""Where Adyen's terminals answer in the local network (Terminal API, local communications)."""

NEXO_SCHEME = "nexo+https"

PRINTER_SCHEME = "escpos"

_POI_ID = re.compile(r"[A-Za-z0-9]{1,40}-[A-Za-z0-9]{1,40}", re.ASCII)
"""A model and a serial number, as in the name of a terminal's certificate."""


class Scheme(NamedTuple):
    """One way to observe a terminal.

    `parse` returns where to connect to, None where nothing is connected to, or raises BadEndpoint.
    """

    name: str
    parse: Callable[[str], Endpoint | None]


def parse_address(written: str, *, sources: Collection[str] = ()) -> Endpoint | None:
    """Return where `written` leads to, None when posmon connects to nothing for it.

    `sources` are the names that `SOURCE:ID` may begin with. Raises BadEndpoint with a short phrase that
    quotes nothing of `written`.
    """
    source, _, terminal = written.partition(":")
    if source in sources:
        if not terminal:
            raise BadEndpoint("names a source and no terminal of it")
        return None
    scheme = SCHEMES.get(scheme_of(written))
    if scheme is None:
        raise BadEndpoint(f"begins with none of {', '.join(f'{name}:' for name in (*SCHEMES, *sources))}")
    return scheme.parse(written)


def parse_printer(written: str, *, beside: str) -> Endpoint:
    """Return where the receipt printer of a terminal with the endpoint `beside` is; raises BadEndpoint."""
    if scheme_of(written) != PRINTER_SCHEME:
        raise BadEndpoint(f"is no {PRINTER_SCHEME}:// address of a receipt printer")
    if not beside or scheme_of(beside) in (PRINTER_SCHEME, scheme_of(PUSH_ENDPOINT)):
        raise BadEndpoint("stands beside an endpoint that posmon asks, which is no printer itself")
    return _socket(RAW_PRINT_PORT)(written)


def scheme_of(written: str) -> str:
    """Return the scheme in lower case, "" without one (RFC 3986 section 3.1)."""
    scheme, colon, _ = written.partition(":")
    return scheme.lower() if colon else ""


def _socket(default_port: int | None) -> Callable[[str], Endpoint]:
    def parse(written: str) -> Endpoint:
        host, port, is_address = host_and_port(written)
        if port is None:
            port = default_port
        if port is None:
            raise BadEndpoint("names no port")
        return Endpoint(secure=False, host=host, port=port, target="", is_address=is_address)

    return parse


def _nexo(written: str) -> Endpoint:
    """Return where a terminal of Adyen is; `target` is its POIID."""
    begin, slash, poi_id = written.rpartition("/")
    if not slash or begin.endswith(":/"):
        raise BadEndpoint("names no POIID: nexo+https://HOST/V400m-324770915")
    host, port, is_address = host_and_port(begin)
    if not _POI_ID.fullmatch(poi_id):
        raise BadEndpoint("has a path that is no POIID such as V400m-324770915")
    return Endpoint(secure=True, host=host, port=port or NEXO_PORT, target=poi_id, is_address=is_address)


def _push(written: str) -> None:
    if written != PUSH_ENDPOINT:
        raise BadEndpoint("push: takes nothing after the colon")


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("http", parse_endpoint),
        Scheme("https", parse_endpoint),
        Scheme("zvt", _socket(ZVT_PORT)),
        Scheme(NEXO_SCHEME, _nexo),
        Scheme(PRINTER_SCHEME, _socket(RAW_PRINT_PORT)),
        Scheme("tcp", _socket(None)),
        Scheme(scheme_of(PUSH_ENDPOINT), _push),
    )
}
