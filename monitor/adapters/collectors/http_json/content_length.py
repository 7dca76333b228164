"""Heads whose `Content-Length` the parser refuses, although it may mean one thing (RFC 9110 section 8.6)."""

import re

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.domain.polling.poll_result import Outcome

_DIFFERENT = Failure(Outcome.PROTOCOL, "several Content-Length that differ")
_NO_NUMBER = Failure(Outcome.PROTOCOL, "Content-Length is no number")
_BESIDE_CHUNKS = Failure(Outcome.PROTOCOL, "Content-Length beside Transfer-Encoding")

_TOO_LONG = Failure(Outcome.PROTOCOL, "head too long for what is wrong with its Content-Length")

LONGEST_HEAD = 16 * 1024
"""Heads beyond this are not searched again and again for their end."""

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"[\r\n]*HTTP/1\.[0-9] 1[0-9][02-9][ \r\n]")
_LENGTH = re.compile(rb"\n(content-length[ \t]*:)([^\n]*)", re.IGNORECASE)
_CHUNKS = re.compile(rb"\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_NUMBER = re.compile(rb"[0-9]{1,18}")


def mend_length(raw: bytes) -> bytes | Failure | None:
    """Return an answer's bytes with its length stated once, or why not; None until its head is whole.

    `raw` is the answer so far. Equal lengths, in several fields or in one list, are one.
    """
    start = 0
    while (end := _END_OF_HEAD.search(raw, start, LONGEST_HEAD)) and _INTERIM.match(raw, start):
        start = end.end()
    if end is None:
        return None if len(raw) < LONGEST_HEAD else _TOO_LONG
    head = raw[start : end.start()]
    if _CHUNKS.search(head):
        return _BESIDE_CHUNKS
    lengths = {one.strip() for field in _LENGTH.finditer(head) for one in bytes(field[2]).split(b",")}
    if any(_NUMBER.fullmatch(length) is None for length in lengths):
        return _NO_NUMBER
    if len({int(length) for length in lengths}) != 1:
        return _DIFFERENT
    return _LENGTH.sub(b"\nX-Length:", head) + b"\r\nContent-Length: " + lengths.pop() + raw[end.start() :]
