"""When a certificate ends, read off its DER (RFC 5280, section 4.1).

The standard library only tells of a peer's certificate, and only once it is trusted.
"""

import ssl
from datetime import UTC, datetime
from typing import NamedTuple

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18
_LONG_FORM = 0x80
_PIVOT_YEAR = 50


class _Element(NamedTuple):
    tag: int
    content: bytes
    rest: bytes


def expiry_of(pem: str) -> float:
    """Return the end of the first certificate's validity in unix seconds; raises ValueError."""
    begin, end = pem.find(_BEGIN), pem.find(_END)
    if not 0 <= begin < end:
        raise ValueError("no certificate in PEM form")
    try:
        return _not_after(ssl.PEM_cert_to_DER_cert(pem[begin : end + len(_END)]))
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError("not a certificate") from error


def _not_after(der: bytes) -> float:
    fields = _inside(_element(der), _SEQUENCE)
    element = _element(_inside(_element(fields), _SEQUENCE))
    if element.tag == _VERSION:
        element = _element(element.rest)
    # serialNumber is read; signature and issuer stand before validity.
    issuer = _element(_element(element.rest).rest)
    times = _inside(_element(issuer.rest), _SEQUENCE)
    return _moment(_element(_element(times).rest))


def _element(data: bytes) -> _Element:
    length, start = data[1], 2
    if length & _LONG_FORM:
        start += length & ~_LONG_FORM
        length = int.from_bytes(data[2:start], "big")
    return _Element(data[0], data[start : start + length], data[start + length :])


def _inside(element: _Element, tag: int) -> bytes:
    if element.tag != tag:
        raise ValueError("not a certificate")
    return element.content


def _moment(element: _Element) -> float:
    text = element.content.decode("ascii")
    if element.tag == _UTC_TIME:
        century = "20" if int(text[:2]) < _PIVOT_YEAR else "19"
        text = century + text
    elif element.tag != _GENERALIZED_TIME:
        raise ValueError("not a certificate")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
